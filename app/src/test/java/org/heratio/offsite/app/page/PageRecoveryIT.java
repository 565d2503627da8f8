package org.heratio.offsite.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page loses its server, its network or its token: it says so, and comes back by itself. */
@Timeout(HangLimit.TEST_SECONDS)
class PageRecoveryIT extends BrowserSuite {
    // Playwright shows all tabs at once, as if each had a screen; a browser of people shows one
    private static final String HIDE = """
            (hidden) => {
              Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
              document.dispatchEvent(new Event("visibilitychange"));
            }
            """;
    private static final int TABS = 7;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        chromium = new Chromium();
        server = new PageServer(new OffsiteHome(directory));
        new SampleArchives(server.home().backups(), 5).make("a.sql.gz", 20_000);
        server.start();
    }

    @Test
    void aRestartIsSaidAndThePageComesBackByItself() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            person.open("journal");
            server.stop();
            assertThat(person.connection()).hasText("Reconnecting");
            assertThat(person.page().locator(".lost")).containsText("The page lost its server");
            assertThat(person.page().locator(".lost")).containsText("The figures are as of");
            assertThat(person.page()).hasTitle(Pattern.compile("^Unknown"));
            server.start();
            person.isLive();
            assertThat(person.page().locator(".lost")).hasCount(0);
            assertThat(person.heading("Journal")).isVisible();
            person.complainsOfNothing();
        }
    }

    @Test
    void aTokenThatChangedEndsTheSessionAndThePageSaysSo() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            person.open("history");
            server.stop();
            Files.delete(server.tokenFile());
            server.start();
            assertThat(person.button("Log in")).isVisible();
            assertThat(person.page().locator("main")).containsText("Your session has ended");
            person.page().getByLabel("Token").fill(server.token());
            person.press("Enter");
            person.isLive();
            assertThat(person.heading("History")).isVisible();
            person.complainsOfNothing();
        }
    }

    @Test
    void withoutANetworkThePageKeepsWhatItKnewAndSaysFromWhen() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            person.context().setOffline(true);
            assertThat(person.connection()).hasText("Offline");
            assertThat(person.page().locator(".lost")).containsText("This browser is offline");
            assertThat(person.page().locator(".verdict-word")).containsText("Last known");
            assertThat(person.page().locator(".destination")).isVisible();
            person.context().setOffline(false);
            person.isLive();
            assertThat(person.page().locator(".lost")).hasCount(0);
            person.complainsOfNothing();
        }
    }

    @Test
    void aLaptopThatSleptNoticesThatItsFiguresAreOld() throws Exception {
        AtomicBoolean asleep = new AtomicBoolean();
        try (Person person = chromium.person(server)) {
            person.page().clock().install();
            person.page().route("**/api/v1/summary", route -> {
                if (!asleep.get()) {
                    route.resume();
                }
            });
            person.loggedIn();
            asleep.set(true);
            person.page().clock().fastForward("08:00:00");
            assertThat(person.connection()).hasText("Stale");
            assertThat(person.page().locator(".lost")).containsText("No sign of life from the server");
            asleep.set(false);
            person.button("Try now").click();
            person.isLive();
            person.complainsOfNothing();
        }
    }

    @Test
    void sevenTabsOfOneBrowserAreAllLiveWhenTheyAreLookedAt() throws Exception {
        try (Person person = chromium.person(server);
                Person other = chromium.person(server)) {
            List<Page> tabs = new ArrayList<>();
            for (int i = 0; i < TABS; i++) {
                if (i == 0) {
                    person.loggedIn();
                } else {
                    person.page().evaluate(HIDE, true);
                    assertThat(person.connection()).hasText("Paused");
                    person.newTab();
                    person.open("");
                    person.isLive();
                }
                tabs.add(person.page());
            }
            other.loggedIn();
            person.page().evaluate(HIDE, true);
            Page first = tabs.get(0);
            first.evaluate(HIDE, false);
            assertThat(first.locator(".connection")).hasText("Live");

            other.button("Sweep now").click();
            other.inDialog("Start the sweep").click();
            other.sees("Sweep now", "Finished: 1 done");
            first.navigate(server.address() + "#/journal");
            assertThat(first.locator(".story")).containsText("asked for by a person");
            person.complainsOfNothing();
            other.complainsOfNothing();
            assertThat(tabs).hasSize(TABS);
        }
    }
}
