package org.heratio.offsite.operations.notify;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.ledger.Ledger;
import org.heratio.offsite.ledger.Notices;
import org.heratio.offsite.process.ProcessIdentity;
import org.jspecify.annotations.Nullable;

/** The channels of an installation, as its settings have them. */
public final class NotifyChannels {
    private final Settings.Notifications settings;
    private final List<Channel> channels = new ArrayList<>();
    private final Http http;
    private final String host = ProcessIdentity.hostName();

    public NotifyChannels(Settings.Notifications settings, Clock clock) {
        this(settings, clock, Http.LIMIT, MailChannel.LIMIT);
    }

    /** @param limit how long a receiver may take, of whatever channel */
    public NotifyChannels(Settings.Notifications settings, Clock clock, Duration limit) {
        this(settings, clock, limit, limit);
    }

    private NotifyChannels(Settings.Notifications settings, Clock clock, Duration answer, Duration mail) {
        this.settings = settings;
        this.http = new Http(settings.caFile(), answer);
        if (settings.webhook() != null) {
            channels.add(new Webhook(settings.webhook(), http, clock));
        }
        if (settings.mail() != null) {
            channels.add(new MailChannel(settings.mail(), settings.caFile(), mail));
        }
    }

    /**
     * The result of a test.
     *
     * @param error one line; null if all receivers accepted the message
     */
    public record Tested(String channel, @Nullable String error) {}

    /** Sends a test message by each channel, and returns what each said. Blocks for some seconds each. */
    public List<Tested> test(Clock clock) throws InterruptedException {
        List<Tested> tested = new ArrayList<>();
        String body = Wording.test(host, clock.instant()).json();
        for (Channel channel : channels) {
            String error = null;
            try {
                channel.attempt("msg_" + UUID.randomUUID(), body);
            } catch (DeliveryException e) {
                error = String.valueOf(e.getMessage());
            }
            tested.add(new Tested(channel.name(), error));
        }
        return tested;
    }

    List<Channel> all() {
        return List.copyOf(channels);
    }

    /** Returns the names of all channels. */
    public List<String> names() {
        return channels.stream().map(Channel::name).toList();
    }

    String host() {
        return host;
    }

    /** Returns what pings, if that is configured. */
    Optional<Pinger> pinger(StageHealth stages, Notices notices) {
        return Optional.ofNullable(settings.ping())
                .map(ping ->
                        new Pinger(ping, http, stages, settings.hasReceivers() ? notices : null, System::nanoTime));
    }

    Teller teller(Ledger ledger, Clock clock) {
        return new Teller(ledger, names(), settings.repeat(), host, clock);
    }
}
