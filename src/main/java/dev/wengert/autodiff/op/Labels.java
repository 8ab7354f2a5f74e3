package dev.wengert.autodiff.op;

import java.util.Locale;

/** Printed names of operations. */
public final class Labels {

    private Labels() {}

    /** Turns {@code LOG_SUM_EXP} into {@code logSumExp}. */
    static String camelCase(Enum<?> constant) {
        StringBuilder label = new StringBuilder();
        for (String word : constant.name().split("_")) {
            String lower = word.toLowerCase(Locale.ROOT);
            label.append(label.isEmpty() ? lower : word.charAt(0) + lower.substring(1));
        }
        return label.toString();
    }
}
