package dev.wengert.io;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.Tensor;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Runs models in ONNX Runtime on the CPU. */
final class OnnxRuntime implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OnnxRuntime(byte[] model) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(model, options);
        }
    }

    /** Runs a model once. */
    static List<Tensor> run(byte[] model, List<Tensor> x) throws OrtException {
        try (OnnxRuntime runtime = new OnnxRuntime(model)) {
            return runtime.run(x);
        }
    }

    /** The results for inputs in the order of the model. */
    List<Tensor> run(List<Tensor> x) throws OrtException {
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        Iterator<Tensor> values = x.iterator();
        for (NodeInfo input : session.getInputInfo().values()) {
            inputs.put(input.getName(), tensor(((TensorInfo) input.getInfo()).type, values.next()));
        }
        List<Tensor> results = new ArrayList<>();
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                results.add(tensor((OnnxTensor) output.getValue()));
            }
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
        return results;
    }

    private OnnxTensor tensor(OnnxJavaType type, Tensor x) throws OrtException {
        long[] extents = IntStream.of(x.shape().toArray()).asLongStream().toArray();
        double[] values = x.toArray();
        return switch (type) {
            case FLOAT -> {
                float[] floats = new float[values.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) values[i];
                }
                yield OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), extents);
            }
            case DOUBLE -> OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), extents);
            case INT64 -> {
                long[] whole = DoubleStream.of(values).mapToLong(v -> (long) v).toArray();
                yield OnnxTensor.createTensor(environment, LongBuffer.wrap(whole), extents);
            }
            default -> throw new IllegalArgumentException("no such input: " + type);
        };
    }

    private static Tensor tensor(OnnxTensor x) {
        int[] extents =
                LongStream.of(x.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
        double[] values = new double[Shape.of(extents).size()];
        if (x.getInfo().type == OnnxJavaType.FLOAT) {
            FloatBuffer floats = x.getFloatBuffer();
            for (int i = 0; i < values.length; i++) {
                values[i] = floats.get(i);
            }
        } else {
            x.getDoubleBuffer().get(values);
        }
        return Tensor.of(Shape.of(extents), values);
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
