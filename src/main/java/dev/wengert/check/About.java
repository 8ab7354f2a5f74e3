package dev.wengert.check;

import dev.wengert.autodiff.Parameter;
import dev.wengert.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * What a report is about: what one needs to do the same check again, and how long it took.
 *
 * @param seed the seed of all random directions and cotangents
 * @param settings the options
 * @param strict whether anything but a PASS without kinks is an error
 * @param intended the labels of operations that stop the gradient by intention
 * @param x the point
 * @param parameters the parameters of a model
 * @param seconds the time that the check took
 */
record About(
        long seed,
        Settings settings,
        boolean strict,
        Set<String> intended,
        List<Tensor> x,
        List<Parameter> parameters,
        double seconds) {

    /** The largest number of elements of an input that are written. */
    private static final int WRITTEN = 1000;

    /** Written by Maven into the jar. */
    private static final String VERSION = "/META-INF/maven/dev.wengert/wengert/pom.properties";

    Map<String, Object> json() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("order", settings.order());
        options.put("accuracy", settings.accuracy());
        options.put("allEntries", settings.allEntries());
        options.put("elements", List.copyOf(settings.elements()));
        options.put("directions", settings.directions());
        options.put("highPrecision", settings.digits());
        options.put("domain", List.of(settings.low(), settings.high()));
        options.put("intended", List.copyOf(intended));
        options.put("strict", strict);
        List<Object> point = new ArrayList<>();
        for (int i = 0; i < x.size(); i++) {
            point.add(input(i == 0 ? "x" : "x" + i, x.get(i)));
        }
        parameters.forEach(p -> point.add(input(p.name(), p.value())));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", seed);
        json.put("options", options);
        json.put("point", point);
        json.put("wengert", version());
        json.put("java", Runtime.version().toString());
        json.put("seconds", seconds);
        return json;
    }

    private static Map<String, Object> input(String name, Tensor value) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("shape", Arrays.stream(value.shape().toArray()).boxed().toList());
        if (value.shape().size() <= WRITTEN) {
            json.put("values", Arrays.stream(value.toArray()).boxed().toList());
        }
        return json;
    }

    private static String version() {
        try (InputStream in = About.class.getResourceAsStream(VERSION)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "not from a jar");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
