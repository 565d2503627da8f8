package org.heratio.offsite.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.heratio.offsite.testing.HangLimit;

/** Somebody with a browser of his own, who opens tabs of the page. Keeps what the browser complains of. */
final class Person implements AutoCloseable {
    private static final String REPORT = """
            document.addEventListener("securitypolicyviolation", (e) =>
              console.error("CSP: " + e.violatedDirective + " " + e.blockedURI + " " + e.sample));
            """;
    // the browser says so of each answer such as 401, and of each one that does not come
    private static final String NO_ANSWER = "Failed to load resource";

    private final BrowserContext context;
    private final PageServer server;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private Page page;

    Person(Browser browser, PageServer server) {
        this.server = server;
        context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(1440, 900)
                .setLocale("en-GB")
                // colours that fade into others are no colours to look at
                .setReducedMotion(ReducedMotion.REDUCE)
                .setTimezoneId("UTC"));
        context.setDefaultTimeout((double) HangLimit.STEP.toMillis());
        context.addInitScript(REPORT);
        context.onConsoleMessage(this::heard);
        context.onWebError(error -> complaints.add(error.error()));
        context.onDialog(dialog -> {
            complaints.add("a script asks: " + dialog.message());
            dialog.dismiss();
        });
        page = context.newPage();
    }

    private void heard(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().startsWith(NO_ANSWER)) {
            complaints.add(message.text());
        }
    }

    BrowserContext context() {
        return context;
    }

    /** Returns the tab that the methods below use. */
    Page page() {
        return page;
    }

    /** Opens another tab, which the methods below use from now on. */
    Page newTab() {
        page = context.newPage();
        return page;
    }

    /** Opens a view by its address, such as {@code history?status=failed}; the empty text is the overview. */
    void open(String view) {
        page.navigate(server.address() + "#/" + view);
    }

    /** Opens the page, and logs in as an administrator. */
    Person loggedIn() throws Exception {
        return loggedIn(server.token());
    }

    Person loggedIn(String token) {
        open("");
        page.getByLabel("Token").fill(token);
        button("Log in").click();
        isLive();
        return this;
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator link(String name) {
        return page.getByRole(
                AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator heading(String name) {
        return page.getByRole(
                AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Returns the card of a destination. */
    Locator card(String driver) {
        return page.locator(".destination").filter(new Locator.FilterOptions().setHas(heading(driver)));
    }

    /** Returns the dialog that asks whether an action is meant. */
    Locator dialog() {
        return page.getByRole(AriaRole.DIALOG);
    }

    Locator inDialog(String button) {
        return dialog().getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(button).setExact(true));
    }

    /** Returns the word for the connection to the server. */
    Locator connection() {
        return page.locator(".connection");
    }

    void isLive() {
        assertThat(connection()).hasText("Live");
    }

    /** Waits for what a request of this tab has come to. */
    void sees(String request, String outcome) {
        assertThat(page.getByLabel("Requests of this tab")
                        .getByRole(AriaRole.ARTICLE)
                        .filter(new Locator.FilterOptions().setHasText(request)))
                .containsText(outcome);
    }

    /** Returns the name that a screen reader tells of what has the focus. */
    String focus() {
        return String.valueOf(page.evaluate("() => { const e = document.activeElement;"
                + " return (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || '')"
                + ".replace(/\\s+/g, ' ').trim(); }"));
    }

    /** Presses Tab until something whose name begins so has the focus, as somebody without a mouse does. */
    void tabTo(String name) {
        for (int i = 0; i < 150; i++) {
            if (focus().startsWith(name)) {
                return;
            }
            page.keyboard().press("Tab");
        }
        Assertions.fail("the Tab key never comes to '" + name + "', but to '" + focus() + "'");
    }

    void press(String key) {
        page.keyboard().press(key);
    }

    /** Fails if a script has failed, or broke the policy of the page. */
    void complainsOfNothing() {
        Assertions.assertThat(complaints).isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
