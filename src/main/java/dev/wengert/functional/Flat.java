package dev.wengert.functional;

import dev.wengert.autodiff.Variable;
import dev.wengert.message.Given;
import dev.wengert.tensor.Shape;
import dev.wengert.tensor.ShapeException;
import java.util.ArrayList;
import java.util.List;

/** A vector that holds the elements of several variables, one after the other. */
final class Flat {

    private Flat() {}

    /** The number of elements of all variables of these shapes. */
    static int size(List<Shape> shapes) {
        return shapes.stream().mapToInt(Shape::size).sum();
    }

    /** Refuses a vector of another length. */
    static void require(String caller, Shape flat, List<Shape> shapes) {
        int size = size(shapes);
        if (!flat.equals(Shape.of(size))) {
            throw new ShapeException(caller, "the flat vector must have shape [" + size + "]", flat.toString());
        }
    }

    /** The variables of these shapes. */
    static List<Variable> split(String caller, Variable flat, List<Shape> shapes) {
        require(caller, Given.value(caller, "the flat vector", flat).shape(), shapes);
        List<Variable> parts = new ArrayList<>();
        int at = 0;
        for (Shape shape : shapes) {
            parts.add(flat.slice(0, at, at + shape.size()).reshape(shape));
            at += shape.size();
        }
        return parts;
    }
}
