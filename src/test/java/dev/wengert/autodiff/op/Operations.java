package dev.wengert.autodiff.op;

import dev.wengert.autodiff.loop.Scan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The operations of the library, found among its classes: none can be forgotten. */
public final class Operations {

    /**
     * The labels of operations that wait for their second visit: an exact form, a bound, and references by mpmath. Until then the checker works by
     * estimate. {@code OperationWithoutRowTest} fails for one that stands here although it has its rows.
     */
    public static final Set<String> WITHOUT_A_ROW = Set.of("eigh", "qr", "svd");

    private Operations() {}

    /** The enums and records that are operations. */
    public static List<Class<?>> classes() {
        return Stream.of(Primitive.class, Scan.class)
                .flatMap(Operations::besides)
                .filter(type -> Primitive.class.isAssignableFrom(type) && !type.isInterface())
                .toList();
    }

    /** The classes of the package of a class. */
    private static Stream<Class<?>> besides(Class<?> one) {
        String folder = one.getPackageName().replace('.', '/');
        try (Stream<Path> files = Files.list(
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolve(folder))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .toList()
                    .stream()
                    .map(name ->
                            type(one.getPackageName() + "." + name.substring(0, name.length() - ".class".length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
