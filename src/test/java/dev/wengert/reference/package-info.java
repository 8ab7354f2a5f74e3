/** Reference values that others computed: mpmath for the softmax cross-entropy, PyTorch for networks. */
package dev.wengert.reference;
