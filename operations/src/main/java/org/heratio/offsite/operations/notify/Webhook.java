package org.heratio.offsite.operations.notify;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heratio.offsite.config.Settings;
import org.heratio.offsite.config.WebhookKey;

/** Posts messages as Standard Webhooks 1.0 describes it. */
final class Webhook implements Channel {
    private static final String HMAC = "HmacSHA256";

    private final Settings.Notifications.Webhook settings;
    private final Http http;
    private final Clock clock;

    Webhook(Settings.Notifications.Webhook settings, Http http, Clock clock) {
        this.settings = settings;
        this.http = http;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public void send(String id, String body) throws DeliveryException, InterruptedException {
        long timestamp = clock.instant().getEpochSecond();
        http.send(http.request(settings.url())
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .header("webhook-signature", signatures(settings.keys(), id, timestamp, body))
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    /** Returns a signature for each key, with blanks between: a receiver accepts any of them. */
    static String signatures(List<WebhookKey> keys, String id, long timestamp, String body) {
        byte[] signed = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        StringJoiner signatures = new StringJoiner(" ");
        for (WebhookKey key : keys) {
            try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(new SecretKeySpec(key.bytes(), HMAC));
                signatures.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("each Java has " + HMAC, e);
            }
        }
        return signatures.toString();
    }
}
