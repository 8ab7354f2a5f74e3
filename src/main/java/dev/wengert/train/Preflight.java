package dev.wengert.train;

import dev.wengert.message.Given;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was found before a training: one line for each check, and what to do about it. See {@link Trainer#preflight}.
 *
 * @param findings what each check found
 */
public record Preflight(List<Finding> findings) {

    /** How serious a finding is. */
    public enum Level {
        /** Nothing was found. */
        OK,
        /** The training may go badly. */
        WARNING,
        /** The training goes wrong. */
        ERROR
    }

    /**
     * What a check found.
     *
     * @param level how serious it is
     * @param check the name of the check
     * @param text what was found, and what to do
     */
    public record Finding(Level level, String check, String text) {

        /**
         * What a check found.
         *
         * @param level how serious it is
         * @param check the name of the check
         * @param text what was found, and what to do
         */
        public Finding {
            Given.value("Finding", "the level", level);
            Given.value("Finding", "the check", check);
            Given.value("Finding", "the text", text);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%-7s  %-14s  %s", level, check, text);
        }
    }

    /**
     * What was found.
     *
     * @param findings what each check found
     */
    public Preflight {
        findings = Given.list("Preflight: finding", Finding.class, findings);
    }

    /**
     * Whether all is well.
     *
     * @return whether every finding is OK
     */
    public boolean passed() {
        return findings.stream().allMatch(finding -> finding.level() == Level.OK);
    }

    /** One line for each check. */
    @Override
    public String toString() {
        return findings.stream().map(Finding::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
