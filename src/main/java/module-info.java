/** Reverse-mode automatic differentiation: values, their graph, and every order of derivative. */
module dev.wengert {
    exports dev.wengert.tensor;
}
