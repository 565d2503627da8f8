package org.heratio.offsite.app.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** axe-core, which finds what people with a disability would stumble over. */
final class Axe {
    private static final String SOURCE = source();
    private static final String RUN = """
            async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.flatMap((v) =>
              v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`))
            """;

    private Axe() {}

    private static String source() {
        try (InputStream file = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(
                    Objects.requireNonNull(file, "axe.min.js is on the class path")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if it finds anything in what is shown, in light or in dark colours. */
    static void findsNothing(Page page, String what) {
        for (ColorScheme colours : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colours));
            if (!Boolean.TRUE.equals(page.evaluate("() => 'axe' in window"))) {
                page.evaluate(SOURCE);
            }
            assertThat((List<?>) page.evaluate(RUN)).as("%s, %s", what, colours).isEmpty();
        }
    }
}
