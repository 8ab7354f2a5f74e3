package dev.wengert.functional;

import dev.wengert.autodiff.Variable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A user's class with a private record. A copy of it is loaded in a named module, which exports this package and opens nothing. */
public final class Outside {

    private record Net(Variable w) {}

    private Outside() {}

    /** The record. */
    public static Object net(Variable w) {
        return new Net(w);
    }

    /** What this class may do. */
    public static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    /** The copy in a named module. */
    static Class<?> inModule() throws ClassNotFoundException {
        String own = Outside.class.getPackageName();
        ModuleDescriptor descriptor =
                ModuleDescriptor.newModule("outside").exports(own).build();
        ModuleReference reference = new ModuleReference(descriptor, URI.create("outside:/")) {
            @Override
            public ModuleReader open() {
                return new Resources();
            }
        };
        ModuleFinder finder = new ModuleFinder() {
            @Override
            public Optional<ModuleReference> find(String name) {
                return Optional.of(reference).filter(r -> name.equals("outside"));
            }

            @Override
            public Set<ModuleReference> findAll() {
                return Set.of(reference);
            }
        };
        ModuleLayer boot = ModuleLayer.boot();
        Configuration configuration = boot.configuration().resolve(finder, ModuleFinder.of(), Set.of("outside"));
        ClassLoader parent = Outside.class.getClassLoader();
        ModuleLayer.Controller controller =
                ModuleLayer.defineModulesWithOneLoader(configuration, List.of(boot), parent);
        Module module = controller.layer().findModule("outside").orElseThrow();
        controller.addReads(module, Variable.class.getModule());
        return module.getClassLoader().loadClass(Outside.class.getName());
    }

    /** The class files of this class and of those in it. */
    private static final class Resources implements ModuleReader {
        @Override
        public Optional<URI> find(String name) {
            return Optional.ofNullable(Outside.class.getClassLoader().getResource(name))
                    .map(url -> URI.create(url.toString()));
        }

        @Override
        public Optional<InputStream> open(String name) {
            try (InputStream in = Outside.class.getClassLoader().getResourceAsStream(name)) {
                return in == null ? Optional.empty() : Optional.of(new ByteArrayInputStream(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Stream<String> list() {
            return Stream.of();
        }

        @Override
        public void close() {}
    }
}
