package dev.wengert.autodiff.plan;

import dev.wengert.kernel.Elementary;
import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A generator of bytecode: it turns the steps of a {@link ScalarRun} into a class of straight-line methods, which C2 compiles to little
 * more than their arithmetic.
 *
 * <p>Each step loads its operands from the array of registers, computes, and stores its result there; C2 removes redundant loads. The
 * virtual machine does not compile methods of more than 8000 bytes, and C2's time grows faster than the length of a method. So there is a
 * method for every {@value #PART} steps. There are no branches, and so no stack maps. The class is hidden: nothing refers to it by name,
 * and it is unloaded with the plan.
 *
 * <p>The format is that of the Java Virtual Machine Specification, Java SE 17, chapter 4.
 */
final class ScalarClass {

    /** Number of steps in a method. */
    private static final int PART = 250;

    /**
     * Largest number of methods. With more, C2 would be busy for long and fill its code cache: it compiles each method after some thousand
     * runs.
     */
    private static final int MOST_PARTS = 80;

    private static final int JAVA_17 = 61;
    private static final int PUBLIC = 0x0001;
    private static final int STATIC = 0x0008;
    private static final int FINAL = 0x0010;

    private static final int SIPUSH = 0x11;
    private static final int ALOAD_0 = 0x2a;
    private static final int DALOAD = 0x31;
    private static final int AALOAD = 0x32;
    private static final int DASTORE = 0x52;
    private static final int DUP2 = 0x5c;
    private static final int DADD = 0x63;
    private static final int DSUB = 0x67;
    private static final int DMUL = 0x6b;
    private static final int DDIV = 0x6f;
    private static final int DNEG = 0x77;
    private static final int RETURN = 0xb1;
    private static final int INVOKEVIRTUAL = 0xb6;
    private static final int INVOKESPECIAL = 0xb7;
    private static final int INVOKESTATIC = 0xb8;

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;

    /**
     * Depth of the operand stack, which suffices for every step: a reference and an index for the store, one number, and the load of a
     * second.
     */
    private static final int STACK = 8;

    private static final String NAME = name(ScalarClass.class) + "$Steps";
    private static final String OTHER = name(ScalarRun.OnNumbers.class);
    private static final String STEPS = "([D[L" + OTHER + ";)V";

    /** Bytes in the order of class files. */
    private static final class Bytes extends ByteArrayOutputStream {

        Bytes u1(int value) {
            write(value);
            return this;
        }

        Bytes u2(int value) {
            return u1(value >>> 8).u1(value);
        }

        Bytes u4(int value) {
            return u2(value >>> 16).u2(value);
        }

        Bytes all(byte[] bytes) {
            writeBytes(bytes);
            return this;
        }
    }

    private final int[] code;

    /** The constant pool; {@link #constants} holds the number of each entry by its bytes. */
    private final Bytes pool = new Bytes();

    private final Map<String, Integer> constants = new HashMap<>();
    private final List<byte[]> methods = new ArrayList<>();

    /** The instructions of the current method. */
    private Bytes out = new Bytes();

    private ScalarClass(int[] code) {
        this.code = code;
    }

    /** Returns whether the numbers of registers and kernels fit into SIPUSH, and the steps into {@link #MOST_PARTS} methods. */
    static boolean fits(int registers, int kernels, int steps) {
        return Math.max(registers, kernels) <= Short.MAX_VALUE && steps <= PART * MOST_PARTS;
    }

    /**
     * Makes the class for a program, and returns an instance of it.
     *
     * @throws LinkageError if that fails, whatever the virtual machine threw: those that cannot define classes have errors of their own
     */
    static ScalarRun.Steps instance(int[] code, MethodHandles.Lookup lookup) {
        try {
            Class<?> type = lookup.defineHiddenClass(new ScalarClass(code).bytes(), true)
                    .lookupClass();
            return (ScalarRun.Steps) lookup.findConstructor(type, MethodType.methodType(void.class))
                    .invoke();
        } catch (Throwable e) {
            throw new LinkageError("steps on numbers cannot be made a class", e);
        }
    }

    private static String name(Class<?> type) {
        return type.getName().replace('.', '/');
    }

    private byte[] bytes() {
        constructor();
        int parts = 0;
        for (int from = 0; from < code.length; from += PART * ScalarRun.WORDS) {
            int to = Math.min(from + PART * ScalarRun.WORDS, code.length);
            for (int at = from; at < to; at += ScalarRun.WORDS) {
                step(at);
            }
            method(STATIC, "part" + parts++, STEPS, 2);
        }
        for (int part = 0; part < parts; part++) {
            out.u1(ALOAD_0 + 1).u1(ALOAD_0 + 2);
            invoke(INVOKESTATIC, NAME, "part" + part, STEPS);
        }
        method(PUBLIC, "run", STEPS, 3);
        int type = type(NAME);
        int parent = type(name(Object.class));
        int implemented = type(name(ScalarRun.Steps.class));
        Bytes file = new Bytes().u4(0xcafebabe).u2(0).u2(JAVA_17);
        file.u2(constants.size() + 1).all(pool.toByteArray());
        file.u2(FINAL).u2(type).u2(parent).u2(1).u2(implemented);
        file.u2(0).u2(methods.size());
        methods.forEach(file::all);
        return file.u2(0).toByteArray();
    }

    private void constructor() {
        out.u1(ALOAD_0);
        invoke(INVOKESPECIAL, name(Object.class), "<init>", "()V");
        method(0, "<init>", "()V", 1);
    }

    private void step(int at) {
        int a = code[at + 2];
        int b = code[at + 3];
        out.u1(ALOAD_0);
        push(code[at + 1]);
        switch (code[at]) {
            case ScalarRun.ADD -> binary(a, b, DADD);
            case ScalarRun.SUB -> binary(a, b, DSUB);
            case ScalarRun.MUL -> binary(a, b, DMUL);
            case ScalarRun.DIV -> binary(a, b, DDIV);
            case ScalarRun.NEG -> {
                load(a);
                out.u1(DNEG);
            }
            case ScalarRun.SQUARE -> {
                load(a);
                out.u1(DUP2).u1(DMUL);
            }
            case ScalarRun.GATE -> {
                load(a);
                load(b);
                invoke(INVOKESTATIC, name(ScalarRun.class), "gate", "(DD)D");
            }
            case ScalarRun.EXP -> function(a, "exp");
            case ScalarRun.LOG -> function(a, "log");
            case ScalarRun.SIN -> function(a, "sin");
            case ScalarRun.COS -> function(a, "cos");
            case ScalarRun.TANH -> function(a, "tanh");
            case ScalarRun.SIGMOID -> function(a, "sigmoid");
            default -> {
                out.u1(ALOAD_0 + 1);
                push(b);
                out.u1(AALOAD).u1(ALOAD_0);
                invoke(INVOKEVIRTUAL, OTHER, "run", "([D)D");
            }
        }
        out.u1(DASTORE);
    }

    private void binary(int a, int b, int instruction) {
        load(a);
        load(b);
        out.u1(instruction);
    }

    private void function(int a, String name) {
        load(a);
        invoke(INVOKESTATIC, name(Elementary.class), name, "(D)D");
    }

    private void load(int register) {
        out.u1(ALOAD_0);
        push(register);
        out.u1(DALOAD);
    }

    private void push(int number) {
        out.u1(SIPUSH).u2(number);
    }

    private void invoke(int instruction, String owner, String name, String descriptor) {
        int nameAndType = constant(NAME_AND_TYPE, new Bytes().u2(text(name)).u2(text(descriptor)));
        out.u1(instruction).u2(constant(METHOD, new Bytes().u2(type(owner)).u2(nameAndType)));
    }

    /** Ends the current method, and begins the next. */
    private void method(int flags, String name, String descriptor, int locals) {
        byte[] instructions = out.u1(RETURN).toByteArray();
        Bytes method = new Bytes().u2(flags).u2(text(name)).u2(text(descriptor));
        method.u2(1).u2(text("Code")).u4(instructions.length + 12);
        method.u2(STACK)
                .u2(locals)
                .u4(instructions.length)
                .all(instructions)
                .u2(0)
                .u2(0);
        methods.add(method.toByteArray());
        out = new Bytes();
    }

    private int type(String name) {
        return constant(CLASS, new Bytes().u2(text(name)));
    }

    private int text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return constant(UTF8, new Bytes().u2(bytes.length).all(bytes));
    }

    /** The number of an entry of the constant pool; equal entries share a number. */
    private int constant(int tag, Bytes content) {
        byte[] entry = new Bytes().u1(tag).all(content.toByteArray()).toByteArray();
        return constants.computeIfAbsent(new String(entry, StandardCharsets.ISO_8859_1), key -> {
            pool.all(entry);
            return constants.size() + 1;
        });
    }
}
