package dev.wengert.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wengert.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles {@link JavaSource}s as Java 9, without the library on the class path, and runs them. */
public final class JavaPrograms extends ClassLoader {

    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();
    private final Map<String, byte[]> resources = new HashMap<>();

    private JavaPrograms() {
        super(ClassLoader.getPlatformClassLoader());
    }

    /** Compiles all; a warning is an error. */
    public static JavaPrograms compile(Collection<JavaSource> sources) {
        JavaPrograms programs = new JavaPrograms();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        List<JavaFileObject> files = sources.stream().map(JavaPrograms::file).toList();
        sources.forEach(source -> source.weights()
                .ifPresent(bytes -> programs.resources.put(source.toString().replace('.', '/') + ".weights", bytes)));
        List<String> options = List.of("--release", "9", "-Xlint:all,-options", "-Werror", "-classpath", "");
        try (JavaFileManager standard = compiler.getStandardFileManager(null, null, null)) {
            JavaFileManager manager = new ForwardingJavaFileManager<>(standard) {
                @Override
                public JavaFileObject getJavaFileForOutput(
                        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
                    return new SimpleJavaFileObject(URI.create("bytes:///" + name.replace('.', '/')), kind) {
                        @Override
                        public OutputStream openOutputStream() {
                            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                            programs.classes.put(name, bytes);
                            return bytes;
                        }
                    };
                }
            };
            boolean compiled = compiler.getTask(messages, manager, null, options, null, files)
                    .call();
            assertThat(compiled).as("%s", messages).isTrue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return programs;
    }

    /** Compiles a source, and loses its file of weights. */
    static JavaPrograms withoutWeights(JavaSource source) {
        JavaPrograms programs = compile(List.of(source));
        programs.resources.clear();
        return programs;
    }

    private static JavaFileObject file(JavaSource source) {
        URI uri = URI.create("string:///" + source.toString().replace('.', '/') + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignore) {
                return source.text();
            }
        };
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        ByteArrayOutputStream bytes = classes.get(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes.toByteArray(), 0, bytes.size());
    }

    @Override
    public InputStream getResourceAsStream(String name) {
        byte[] bytes = resources.get(name);
        return bytes == null ? null : new ByteArrayInputStream(bytes);
    }

    /** The method of a program. */
    public Method predict(String name, int inputs) throws ReflectiveOperationException {
        Class<?>[] types = new Class<?>[inputs];
        Arrays.fill(types, double[].class);
        return loadClass(name).getMethod("predict", types);
    }

    /** Runs a program, and returns its results. */
    public double[][] run(String name, List<Tensor> x) throws Throwable {
        try {
            Object y = predict(name, x.size())
                    .invoke(null, x.stream().map(Tensor::toArray).toArray());
            return y instanceof double[] one ? new double[][] {one} : (double[][]) y;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
