package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the files of the page, without a browser. */
final class PageFilesTest {
    private static final int LONGEST_MODULE = 250;
    private static final Pattern IMPORT = Pattern.compile("from \"(\\./[^\"]+)\"");
    private static final Pattern INLINE_SCRIPT = Pattern.compile("<script(?![^>]*\\ssrc=)([^>]*)>");
    private static final Pattern FOREIGN =
            Pattern.compile("(?:https?:)?//[a-z0-9.-]+\\.[a-z]{2,}", Pattern.CASE_INSENSITIVE);
    private static final Pattern DANGEROUS = Pattern.compile(
            "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function|dangerouslySet");
    private static final Pattern STYLE_OR_HANDLER = Pattern.compile("<[a-z][^>]*\\s(?:style|on[a-z]+)=");
    private static final String XML_NAMESPACE = "http://www.w3.org/2000/svg";

    private final Path page = page();

    private static Path page() {
        try {
            URI index = Objects.requireNonNull(
                            PageFilesTest.class.getResource("page/index.html"), "the page has an index")
                    .toURI();
            return Objects.requireNonNull(Path.of(index).getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> ours(String ending) throws IOException {
        try (Stream<Path> files = Files.list(page)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    @Test
    void librariesAreThoseOfNpmUnchanged() throws Exception {
        Path vendor = page.resolve("vendor");
        TreeSet<String> listed = new TreeSet<>();
        for (JsonObject library : objects(new JsonArray(text(vendor.resolve("vendor.json"))))) {
            assertThat(library.getString("integrity")).startsWith("sha512-");
            assertThat(vendor.resolve(library.getString("licence_file"))).isNotEmptyFile();
            for (JsonObject file : objects(library.getJsonArray("files"))) {
                String name = file.getString("file");
                listed.add(name);
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(vendor.resolve(name)));
                assertThat(HexFormat.of().formatHex(hash)).as(name).isEqualTo(file.getString("sha256"));
            }
        }
        try (Stream<Path> files = Files.walk(vendor)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> vendor.relativize(file).toString())
                            .filter(name -> !name.equals("vendor.json")))
                    .containsExactlyInAnyOrderElementsOf(listed);
        }
    }

    @Test
    void modulesAreShortAndImportOnlyFilesThatAreThere() throws IOException {
        for (Path module : ours(".js")) {
            String text = text(module);
            assertThat(text.lines().count()).as(module.toString()).isLessThan(LONGEST_MODULE);
            for (MatchResult imported : IMPORT.matcher(text).results().toList()) {
                assertThat(page.resolve(imported.group(1))).isRegularFile();
            }
        }
    }

    @Test
    void textNeverBecomesMarkup() throws IOException {
        for (Path module : ours(".js")) {
            assertThat(text(module)).as(module.toString()).doesNotContainPattern(DANGEROUS);
        }
    }

    @Test
    void whatAMessageSaysIsQuotedInACommand() throws IOException {
        assertThat(text(page.resolve("stuck.js")))
                .contains("replay ${quoted(l.id)}", "--stage ${quoted(g.stage)}")
                .doesNotContainPattern("`offsite [^`]*\\$\\{[a-z]+\\.[a-z]+}");
        assertThat(text(page.resolve("format.js"))).contains("export function quoted(");
    }

    @Test
    void everyAddressOfTheApiThatALinkNamesIsServed() throws IOException {
        for (Path module : ours(".js")) {
            assertThat(text(module)).as(module.toString()).doesNotContain("openapi.json");
        }
    }

    @Test
    void anActionWaitsLongerThanALook() throws IOException {
        assertThat(text(page.resolve("api.js"))).contains("options.method === \"POST\" ? ACT_TIMEOUT_MILLIS");
    }

    @Test
    void noFileNamesAnotherHost() throws IOException {
        for (String ending : List.of(".js", ".css", ".html", ".svg")) {
            for (Path file : ours(ending)) {
                assertThat(text(file).replace(XML_NAMESPACE, ""))
                        .as(file.toString())
                        .doesNotContainPattern(FOREIGN);
            }
        }
    }

    @Test
    void theImportMapIsTheOnlyInlineScript() throws IOException {
        String index = text(page.resolve("index.html"));
        assertThat(INLINE_SCRIPT.matcher(index).results().map(found -> found.group(1)))
                .containsExactly(" type=\"importmap\"");
        assertThat(index).doesNotContainPattern(STYLE_OR_HANDLER).doesNotContain("<style");
    }
}
