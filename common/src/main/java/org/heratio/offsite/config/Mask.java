package org.heratio.offsite.config;

import java.util.regex.Pattern;

/** Takes secrets out of what people are shown. Where it is not certain it hides too much. */
final class Mask {
    static final String HIDDEN = "(hidden)";

    /** Greedy: user and password may hold an {@code @} of their own, and a password a line break. */
    private static final Pattern USER_INFO = Pattern.compile("(?s)(://[^:/?#]*):.*@");

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)((?:password|passwd|pwd|passphrase|secret|token)[^=&;?]*=)[^&]*");
    /** H2 divides its parameters with semicolons. */
    private static final Pattern H2_PARAMETER = Pattern.compile("(?i)((?:password|cipher)[^=;]*=)[^;]*");

    private Mask() {}

    /** A URL without the passwords in it: {@code amqp://user:(hidden)@host}. */
    static String url(String url) {
        Pattern parameter = url.startsWith("jdbc:h2:") ? H2_PARAMETER : PARAMETER;
        String open = USER_INFO.matcher(url).replaceAll("$1:" + HIDDEN + "@");
        return parameter.matcher(open).replaceAll("$1" + HIDDEN);
    }
}
