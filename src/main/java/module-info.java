/** Reverse-mode automatic differentiation: values, their graph, and every order of derivative. */
module dev.wengert {
    requires static de.siegmar.fastcsv;
    requires static dev.ludovic.netlib.blas;
    requires static net.jqwik.api;

    exports dev.wengert.autodiff;
    exports dev.wengert.check;
    exports dev.wengert.data;
    exports dev.wengert.functional;
    exports dev.wengert.io;
    exports dev.wengert.jqwik;
    exports dev.wengert.nn;
    exports dev.wengert.optim;
    exports dev.wengert.precise;
    exports dev.wengert.tensor;
    exports dev.wengert.train;
}
