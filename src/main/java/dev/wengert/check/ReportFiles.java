package dev.wengert.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as JSON, as CSV, and as a page. */
final class ReportFiles {

    private static final String PAGE = "report.html";

    /** The number of comparisons in JSON and on the page. */
    private static final int LISTED = 2000;

    private ReportFiles() {}

    static String json(GradientReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("verdict", report.verdict());
        Map<String, Object> counts = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict.name(), report.count(verdict));
        }
        json.put("counts", counts);
        json.putAll(report.about().json());
        json.put("facts", report.facts());
        json.put("blames", report.blames().stream().map(ReportFiles::blame).toList());
        List<Entry> entries = report.entries();
        json.put(
                "entries",
                entries.stream().limit(LISTED).map(ReportFiles::entry).toList());
        json.put("entriesLeftOut", Math.max(0, entries.size() - LISTED));
        json.put("taylor", report.taylor().stream().map(ReportFiles::row).toList());
        json.put("steps", report.steps().stream().map(ReportFiles::step).toList());
        json.put("reproducer", report.reproducer());
        return Json.of(json);
    }

    private static Map<String, Object> blame(Blame b) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("operation", b.operation());
        json.put("step", b.step());
        json.put("where", b.where());
        json.put("site", b.site());
        json.put("what", b.what());
        json.put("comparison", b.comparison());
        json.put("evidence", entry(b.evidence()));
        return json;
    }

    private static Map<String, Object> entry(Entry e) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("verdict", e.verdict());
        json.put("order", e.order());
        json.put("path", e.path());
        json.put("input", e.input());
        json.put("element", e.output());
        json.put("rule", e.value());
        json.put("reference", e.hasReference() ? e.reference() : "");
        json.put("bound", e.bound());
        json.put("ulps", e.hasReference() ? e.ulps() : "");
        json.put("step", e.step());
        json.put("digits", e.digits());
        json.put("note", e.note());
        return json;
    }

    private static Map<String, Object> row(Taylor.Row r) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("h", r.h());
        json.put("first", r.first());
        json.put("firstRate", r.firstRate());
        json.put("second", r.second());
        json.put("secondRate", r.secondRate());
        json.put("rounding", r.floor());
        return json;
    }

    private static Map<String, Object> step(StepError s) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("h", s.h());
        json.put("error", s.error());
        json.put("rounding", s.rounding());
        return json;
    }

    /** A header, then one line for each comparison (RFC 4180). */
    static String csv(GradientReport report) {
        List<String> lines = new ArrayList<>();
        for (Entry e : report.entries()) {
            Map<String, Object> cells = entry(e);
            if (lines.isEmpty()) {
                lines.add(String.join(",", cells.keySet()));
            }
            lines.add(cells.values().stream().map(ReportFiles::cell).collect(Collectors.joining(",")));
        }
        return lines.isEmpty() ? "" : String.join("\r\n", lines) + "\r\n";
    }

    private static String cell(Object value) {
        String text = value.toString();
        return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** The page, which contains the report's JSON and loads nothing from elsewhere. */
    static String html(GradientReport report) {
        try (InputStream page = ReportFiles.class.getResourceAsStream(PAGE)) {
            String template = new String(page.readAllBytes(), StandardCharsets.UTF_8);
            return template.replace("\"REPORT\"", json(report));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
