package org.heratio.offsite.operations.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.heratio.offsite.config.MailSettings;
import org.heratio.offsite.config.Settings;
import org.junit.jupiter.api.Test;

class NotifyChannelsTest {
    @Test
    void anErrorInOneChannelIsItsResult() throws Exception {
        MailSettings mail = new MailSettings(
                "localhost", 25, MailSettings.Tls.NONE, "a@example.org", List.of("of no..mail"), null, null);
        Clock clock = Clock.systemUTC();

        List<NotifyChannels.Tested> tested =
                new NotifyChannels(new Settings.Notifications(null, mail, null, null, null, null), clock).test(clock);

        assertThat(tested)
                .containsExactly(new NotifyChannels.Tested("mail", "cannot be sent: IllegalArgumentException"));
    }
}
