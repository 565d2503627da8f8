package org.heratio.offsite.app.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;

/** The installed Chromium, without a window. One serves all tests of a class, in the thread that opened it. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    // browsers are not downloaded: that of the machine is driven
    private static final Map<String, String> ENVIRONMENT = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

    private final Playwright playwright;
    private final Browser browser;

    Chromium() {
        Optional<Path> program =
                NAMES.stream().flatMap(name -> Requires.find(name).stream()).findFirst();
        Requires.that(program.isPresent(), "chromium is not installed: apt-get install chromium");
        PlaywrightAssertions.setDefaultAssertionTimeout((double) HangLimit.STEP.toMillis());
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(ENVIRONMENT));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program.orElseThrow())
                        .setTimeout((double) HangLimit.STEP.toMillis()));
    }

    /** Opens a window of a person who has not logged in: it shares no cookie with another. */
    Person person(PageServer server) {
        return new Person(browser, server);
    }

    @Override
    public void close() {
        playwright.close();
    }
}
