package org.heratio.offsite.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.heratio.offsite.app.e2e.LedgerRow;
import org.heratio.offsite.app.e2e.OffsiteHome;
import org.heratio.offsite.app.e2e.SampleArchives;
import org.heratio.offsite.testing.HangLimit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of an installation with the default settings: its queues are in the process, its ledger in a file. */
@Timeout(HangLimit.TEST_SECONDS)
class PageIT extends BrowserSuite {
    private static final String MARKUP = "<img src=x onerror=alert(1)>.sql.gz";

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        chromium = new Chromium();
        server = new PageServer(new OffsiteHome(directory));
        SampleArchives archives = new SampleArchives(server.home().backups(), 3);
        archives.make("database_2026-11-29.sql.gz", 20_000);
        archives.make("uploads_2026-11-29.tar.gz", 300_000);
        // cut off, so that an error names it
        Path cut = archives.make(MARKUP, 20_000);
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 10_000));
        server.start();
        await().atMost(HangLimit.STEP)
                .until(() -> server.home().history().stream()
                        .map(LedgerRow::status)
                        .sorted()
                        .toList()
                        .equals(List.of("failed", "verified", "verified")));
    }

    @Test
    void whoeverHasTheTokenLogsInAndSeesWhatIsSafe() throws Exception {
        try (Person person = chromium.person(server)) {
            person.open("");
            person.page().getByLabel("Token").fill("guessed");
            person.button("Log in").click();
            assertThat(person.page().getByRole(AriaRole.ALERT)).containsText("This token is not valid");
            person.loggedIn();
            Locator card = person.page().locator(".destination");
            assertThat(card).containsText("localfs");
            assertThat(card).containsText("2 of 2");
            person.complainsOfNothing();
        }
    }

    @Test
    void axeFindsNothingOnAnyView() throws Exception {
        try (Person person = chromium.person(server)) {
            person.open("");
            assertThat(person.button("Log in")).isVisible();
            Axe.findsNothing(person.page(), "login");
            person.loggedIn();
            assertThat(person.page().locator(".destination")).isVisible();
            Axe.findsNothing(person.page(), "overview");
            for (String view : List.of("stuck", "history", "journal", "nowhere")) {
                person.open(view);
                assertThat(person.page().locator("main .skeleton")).hasCount(0);
                Axe.findsNothing(person.page(), view);
            }
            person.open("history?q=uploads");
            person.link("uploads_2026-11-29.tar.gz").click();
            assertThat(person.heading("Story")).isVisible();
            Axe.findsNothing(person.page(), "archive");
            person.button("Verify").click();
            Axe.findsNothing(person.page(), "dialog");
            person.complainsOfNothing();
        }
    }

    @Test
    void markupInANameAnErrorAndAQueryIsText() throws Exception {
        try (Person person = chromium.person(server)) {
            person.loggedIn();
            Locator images = person.page().locator("img");
            for (String view : List.of("stuck", "history", "journal")) {
                person.open(view);
                assertThat(person.page().getByText(MARKUP).first()).isVisible();
                assertThat(images).hasCount(0);
            }
            person.open("history?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
            assertThat(person.page().getByLabel("Part of a name")).hasValue("<img src=x onerror=alert(1)>");
            person.link(MARKUP).click();
            assertThat(person.page().locator("h1")).hasText(MARKUP);
            assertThat(person.page().locator("main .notice .error")).containsText(MARKUP);
            person.open("<img src=x onerror=alert(1)>");
            assertThat(person.heading("No such view")).isVisible();
            assertThat(images).hasCount(0);
            person.complainsOfNothing();
        }
    }

    @Test
    void theKeyboardAloneDoesEverything() throws Exception {
        try (Person person = chromium.person(server)) {
            person.open("");
            assertThat(person.page().getByLabel("Token")).isFocused();
            person.page().keyboard().type(server.token());
            person.press("Enter");
            person.isLive();
            dialogs(person, "Replicate now", "Sweep now", "Probe localfs", "Replicate to localfs", "Sweep localfs");
            person.tabTo("Replicate now");
            person.press("Enter");
            assertThat(person.inDialog("Replicate")).isFocused();
            person.press("Enter");
            person.sees("Replicate now", "1 failed");

            goes(person, "Stuck");
            String letter = person.page().locator(".letters button").first().textContent();
            dialogs(person, "Replay", "Discard…", letter.replaceAll("\\s+", " ").strip());
            goes(person, "Journal");
            goes(person, "History");
            person.tabTo("Part of a name");
            person.page().keyboard().type("uploads");
            assertThat(person.page().locator("main tbody tr")).hasCount(1);
            person.tabTo("uploads_2026-11-29.tar.gz");
            person.press("Enter");
            assertThat(person.page().locator("h1")).isFocused();
            dialogs(person, "Verify", "Replicate all");
            person.tabTo("Copy the command offsite restore");
            person.press("Enter");
            assertThat(person.page().getByText("Copied")).isVisible();
            person.tabTo("Log out");
            person.press("Enter");
            assertThat(person.page().getByLabel("Token")).isFocused();
            assertThat(person.page().locator("main")).not().containsText("Your session has ended");
            person.complainsOfNothing();
        }
    }

    /** Goes to a view by its link in the head. */
    private static void goes(Person person, String view) {
        person.tabTo(view);
        person.press("Enter");
        assertThat(person.heading(view)).isFocused();
    }

    /** Opens the dialog of each button, and leaves it again; the focus is where it was. */
    private static void dialogs(Person person, String... buttons) {
        for (String button : buttons) {
            person.tabTo(button);
            person.press("Enter");
            assertThat(person.dialog()).isVisible();
            for (String inside : List.of("Close", "Copy the command", "Cancel")) {
                person.tabTo(inside);
            }
            person.press("Escape");
            assertThat(person.dialog()).hasCount(0);
            assertThat(person.focus()).startsWith(button);
        }
    }
}
