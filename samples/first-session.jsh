// A first session. In a clone, after mvn compile:
//     jshell --class-path target/classes samples/first-session.jsh
// What it prints stands at its end. Without the last command, /exit, the session goes on after it.

import static dev.wengert.autodiff.Autodiff.grad
import dev.wengert.autodiff.Variable
import dev.wengert.check.GradientCheck
import dev.wengert.data.Dataset
import dev.wengert.nn.*
import dev.wengert.optim.Adam
import dev.wengert.tensor.*
import dev.wengert.train.Trainer
import java.util.SplittableRandom
import java.util.function.UnaryOperator

// A function is an operator on variables. Its gradient is a function, too, and so on.
UnaryOperator<Variable> f = x -> x.pow(4)
System.out.println("x^4 at 2:         " + f.apply(Variable.of(2)).value())
System.out.println("its derivative:   " + grad(f).apply(Tensor.scalar(2)))
System.out.println("the third one:    " + grad(grad(grad(f))).apply(Tensor.scalar(2)))

// A model learns XOR: four examples, two classes.
Tensor points = Tensor.of(new double[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}})
Dataset xor = new Dataset(points, Tensor.of(0, 1, 1, 0), 2)
SplittableRandom random = new SplittableRandom(1)
Chain model = Chain.of(new Linear("one", 2, 8, random), Variable::tanh, new Linear("two", 8, 2, random))
Trainer trainer = Trainer.of(model, Loss.crossEntropy(), new Adam(0.05)).epochs(200)
System.out.println("trained:          " + trainer.fit(xor).last())
System.out.println("classes:          " + trainer.predict(points).argmax(-1))

// Is a derivative right? The check compares all rules with differences, to the second order.
String report = GradientCheck.of(x -> x.sin().mul(x).sum()).at(Tensor.of(0.5, 2)).run().toString()
System.out.println(report.lines().findFirst().get())

/exit

/* What it prints:

x^4 at 2:         16.0
its derivative:   32.0
the third one:    48.0
trained:          epoch 200  training loss 7.214e-04  rate 0.0500
classes:          [0. 1. 1. 0.]
gradient check: PASS  (comparisons of the whole: 26 passed, 0 at kinks, 0 inconclusive, 0 failed)
*/
