package org.heratio.offsite.config;

import java.util.Base64;

/** A key that signs webhooks, as Standard Webhooks writes it. It is never printed. */
public final class WebhookKey {
    private static final String PREFIX = "whsec_";
    private static final int LEAST = 24;
    private static final int MOST = 64;

    private final Secret text;

    private WebhookKey(Secret text) {
        this.text = text;
    }

    static WebhookKey parse(String text) throws BadValueException {
        int length = -1;
        if (text.startsWith(PREFIX)) {
            try {
                length = decoded(text).length;
            } catch (IllegalArgumentException e) {
                throw refused();
            }
        }
        if (length < LEAST || length > MOST) {
            throw refused();
        }
        return new WebhookKey(new Secret(text));
    }

    private static BadValueException refused() {
        return new BadValueException(
                "is no key of Standard Webhooks",
                "write whsec_ and the Base64 of 24 to 64 random bytes: echo whsec_$(openssl rand -base64 32)");
    }

    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text.substring(PREFIX.length()));
    }

    /** Returns the key itself, for its cipher. */
    public byte[] bytes() {
        return decoded(text.reveal());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WebhookKey key && key.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
