package dev.wengert.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Chromium without a window, driven through its DevTools protocol. */
@SuppressWarnings("exports") // in the module of the library it would show what the tests alone read
public final class Browser implements WebSocket.Listener {

    private final Process chromium;
    private final WebSocket page;
    private final StringBuilder message = new StringBuilder();
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private int calls;

    /** Starts Chromium with a profile in a folder that is empty. */
    public static Browser start(Path profile) throws Exception {
        return new Browser(profile);
    }

    private Browser(Path profile) throws Exception {
        String program = System.getenv().getOrDefault("CHROMIUM", "chromium");
        List<String> command = new ArrayList<>(
                List.of(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"));
        command.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        command.addAll(List.of("--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank"));
        chromium = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            int port = port(chromium.errorReader(StandardCharsets.UTF_8));
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest pages = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list"))
                    .build();
            String list =
                    client.send(pages, HttpResponse.BodyHandlers.ofString()).body();
            String socket = find("\"webSocketDebuggerUrl\": *\"([^\"]*/page/[^\"]*)\"", list);
            page = client.newWebSocketBuilder()
                    .buildAsync(URI.create(socket), this)
                    .get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            chromium.destroyForcibly();
            throw failed;
        }
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    private static int port(BufferedReader said) throws IOException {
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher listening =
                    Pattern.compile("DevTools listening on ws://[^:]*:(\\d+)/").matcher(line);
            if (listening.find()) {
                // what else it says must not fill the pipe
                Thread reader = new Thread(() -> said.lines().forEach(more -> {}));
                reader.setDaemon(true);
                reader.start();
                return Integer.parseInt(listening.group(1));
            }
        }
        throw new IOException("chromium ended before it listened");
    }

    private static String find(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException(pattern + " is not in " + text);
        }
        return found.group(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            String text = message.toString();
            message.setLength(0);
            Matcher answer = Pattern.compile("^\\{\"id\":(\\d+),").matcher(text);
            if (answer.find()) {
                answers.get(Integer.parseInt(answer.group(1))).complete(text);
            } else {
                events.add(text);
            }
        }
        socket.request(1);
        return null;
    }

    /** Calls a method of the protocol; its answer as JSON. */
    public String call(String method, Map<String, Object> parameters) throws Exception {
        int id = ++calls;
        CompletableFuture<String> answer = new CompletableFuture<>();
        answers.put(id, answer);
        page.sendText(Json.of(Map.of("id", id, "method", method, "params", parameters)), true)
                .get(10, TimeUnit.SECONDS);
        String text = answer.get(30, TimeUnit.SECONDS);
        if (text.contains("\"error\":") || text.contains("\"exceptionDetails\":")) {
            throw new IllegalStateException(method + ": " + text);
        }
        return text;
    }

    /** Opens a file in a window of some width. */
    public void open(Path file, int width) throws Exception {
        events.clear();
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", width < 600));
        call("Page.navigate", Map.of("url", file.toUri().toString()));
        for (int i = 0; i < 300 && events("Page.loadEventFired").isEmpty(); i++) {
            Thread.sleep(20);
        }
    }

    /** The events with some method since the last page was opened. */
    public List<String> events(String method) {
        return events.stream()
                .filter(e -> e.startsWith("{\"method\":\"" + method + "\""))
                .toList();
    }

    /** The value of an expression, as text. */
    public String evaluate(String expression) throws Exception {
        String answer = call(
                "Runtime.evaluate",
                Map.of("expression", "encodeURIComponent(String(" + expression + "))", "returnByValue", true));
        return URLDecoder.decode(find("\"value\":\"([^\"]*)\"", answer).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Clicks in the middle of an element. */
    public void click(String element) throws Exception {
        String[] at = evaluate("(e => { e.scrollIntoView({ block: 'center', inline: 'center' });"
                        + " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })("
                        + element + ")")
                .split(",");
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            Double.parseDouble(at[0]),
                            "y",
                            Double.parseDouble(at[1]),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    /** Presses a key. */
    public void press(String key, String text, int code) throws Exception {
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "text", text, "windowsVirtualKeyCode", code));
        }
    }

    /** Ends Chromium. */
    public void close() throws Exception {
        page.abort();
        chromium.destroy();
        if (!chromium.waitFor(10, TimeUnit.SECONDS)) {
            chromium.destroyForcibly().waitFor();
        }
    }

    /** An empty folder for the profile. */
    public static Path profile() throws IOException {
        return Files.createTempDirectory(Path.of("target"), "chromium").toAbsolutePath();
    }
}
