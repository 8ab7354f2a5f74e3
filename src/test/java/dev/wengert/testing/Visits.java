package dev.wengert.testing;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassWriter;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Label;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Type;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A count of what a program does: the calls and jumps in the code of the library and of the program itself, and the elements that
 * {@code indexOf} and {@code contains} of a list may look at. Unlike a time, it is the same in each run, on any machine.
 *
 * <p>The classes are loaded anew, with a call of {@link #visit} at each place that counts. Work within the JDK does not count.
 */
public final class Visits {

    private static final String NAME = Type.getInternalName(Visits.class);
    private static final String LIST = Type.getInternalName(List.class);
    private static long count;

    private Visits() {}

    /** Counts a call or a jump; instrumented code calls it. */
    public static void visit() {
        count++;
    }

    /** A search that counts; instrumented code calls it. */
    public static int indexOf(List<?> list, Object x) {
        count += list.size();
        return list.indexOf(x);
    }

    /** A search that counts; instrumented code calls it. */
    public static boolean contains(List<?> list, Object x) {
        count += list.size();
        return list.contains(x);
    }

    /** The visits since the last call. */
    public static long take() {
        long taken = count;
        count = 0;
        return taken;
    }

    /** An instance of a class, which is loaded anew with all classes of the library that it uses, and counts. */
    public static Object counting(Class<?> program) throws ReflectiveOperationException {
        var constructor = new Loader().loadClass(program.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static final class Loader extends ClassLoader {

        Loader() {
            super(Visits.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.wengert.") || name.startsWith("dev.wengert.testing.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            String path = name.replace('.', '/') + ".class";
            try (InputStream file = getParent().getResourceAsStream(path)) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                ClassWriter writer = new ClassWriter(0);
                new ClassReader(file).accept(new Counting(writer), 0);
                byte[] bytes = writer.toByteArray();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static final class Counting extends ClassVisitor {

        Counting(ClassVisitor to) {
            super(Opcodes.ASM9, to);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
            return new MethodVisitor(api, super.visitMethod(access, name, descriptor, signature, thrown)) {

                @Override
                public void visitCode() {
                    super.visitCode();
                    count();
                }

                @Override
                public void visitJumpInsn(int opcode, Label label) {
                    count();
                    super.visitJumpInsn(opcode, label);
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String method, String type, boolean isInterface) {
                    if (owner.equals(LIST) && (method.equals("indexOf") || method.equals("contains"))) {
                        super.visitMethodInsn(
                                Opcodes.INVOKESTATIC, NAME, method, type.replace("(", "(L" + LIST + ";"), false);
                    } else {
                        super.visitMethodInsn(opcode, owner, method, type, isInterface);
                    }
                }

                private void count() {
                    super.visitMethodInsn(Opcodes.INVOKESTATIC, NAME, "visit", "()V", false);
                }
            };
        }
    }
}
