package org.heratio.offsite.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heratio.offsite.text.Printable;
import org.heratio.offsite.text.SystemText;

/** Turns texts into values. Every message shows the text: secrets do not come through here. */
public final class Parse {
    private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE =
            Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*([kmgt]?)(i?b?)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Parse() {}

    /** As Laravel reads them, and as people write them. */
    static boolean bool(String text) throws BadValueException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "(true)", "1", "on", "yes" -> true;
            case "false", "(false)", "0", "off", "no" -> false;
            default -> throw new BadValueException(quoted(text) + " is neither true nor false", "write true or false");
        };
    }

    /** {@code 400ms}, {@code 10s}, {@code 1h30m}. */
    static Duration duration(String text) throws BadValueException {
        Matcher part = DURATION_PART.matcher(text.replace(" ", ""));
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            Duration unit = Objects.requireNonNull(UNITS.get(part.group(2)), "the pattern takes these units only");
            sum = sum.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
            end = part.end();
        }
        if (end == 0 || end != text.replace(" ", "").length()) {
            throw new BadValueException(
                    quoted(text) + " is not a duration", "write a number and a unit, such as 400ms, 10s, 2m or 24h");
        }
        return sum;
    }

    /** {@code 500M} and {@code 500MiB} count by 1024, {@code 500MB} by 1000. */
    static long size(String text) throws BadValueException {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()
                || (matcher.group(2).isEmpty()
                        && matcher.group(3).toLowerCase(Locale.ROOT).startsWith("i"))) {
            throw new BadValueException(quoted(text) + " is not a number of bytes", "write bytes such as 500M or 2GiB");
        }
        int power =
                matcher.group(2).isEmpty() ? 0 : "kmgt".indexOf(matcher.group(2).toLowerCase(Locale.ROOT)) + 1;
        int base = matcher.group(3).equalsIgnoreCase("b") ? 1000 : 1024;
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(base).pow(power));
        if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new BadValueException(
                    quoted(text) + " is more than there can be", "write bytes such as 500M or 2GiB");
        }
        return bytes.longValue();
    }

    public static int number(String text, int min, int max) throws BadValueException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < min || Integer.parseInt(text) > max) {
            throw new BadValueException(
                    quoted(text) + " is not a whole number from " + min + " to " + max,
                    "write a number from " + min + " to " + max);
        }
        return Integer.parseInt(text);
    }

    public static int port(String text) throws BadValueException {
        return number(text, 1, 65_535);
    }

    /** Items divided by commas; blanks around them and empty ones do not count. */
    public static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** The choice that the text names in any letter case. */
    public static String choice(String text, List<String> choices) throws BadValueException {
        for (String choice : choices) {
            if (choice.equalsIgnoreCase(text)) {
                return choice;
            }
        }
        throw new BadValueException(
                quoted(text) + " is not one of " + String.join(", ", choices),
                Closest.to(text.toLowerCase(Locale.ROOT), choices)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("write one of " + String.join(", ", choices)));
    }

    static ZoneId zone(String text) throws BadValueException {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new BadValueException(
                    quoted(text) + " is not a time zone", "write a name such as UTC or Africa/Johannesburg");
        }
    }

    /** An absolute URL of one of the schemes, with a host. The messages do not show it: it may hold a password. */
    public static URI url(String text, Set<String> schemes) throws BadValueException {
        String hint = "write " + schemes.stream().sorted().toList().get(0) + "://host, with %-codes for odd characters";
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new BadValueException("is not a URL", hint);
        }
        if (uri.getHost() == null && String.valueOf(uri.getAuthority()).matches("(.*@)?[^@]*_[^@]*")) {
            throw new BadValueException(
                    "has an underscore in its host name, which names of hosts cannot have",
                    "give the host a name without one (in a compose file: an alias in its network)");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new BadValueException("has the port " + uri.getPort(), "write a port from 1 to 65535");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!schemes.contains(scheme) || uri.getHost() == null) {
            throw new BadValueException(
                    "is not a URL with a host that starts with "
                            + String.join(
                                    " or ",
                                    schemes.stream()
                                            .sorted()
                                            .map(s -> s + "://")
                                            .toList()),
                    hint);
        }
        return uri;
    }

    /** Words divided by blanks, as a shell would divide them: quotes hold together, a backslash takes the next character as it is. */
    public static List<String> arguments(String text) throws BadValueException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0 ? c == quote : c == '"' || c == '\'') {
                quote = quote == 0 ? c : 0;
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new BadValueException("a quote is never closed", "close the " + quote);
        }
        if (inWord) {
            words.add(word.toString());
        }
        return List.copyOf(words);
    }

    /** The name of a file, when this JVM can open it and no other one. */
    static String fileName(String text) throws BadValueException {
        if (!SystemText.opens(text)) {
            throw new BadValueException(
                    quoted(text) + " has letters other than ASCII, and file names are read as "
                            + SystemText.charsetOfNames() + " here",
                    SystemText.HINT);
        }
        return text;
    }

    public static String quoted(String text) {
        return '"' + Printable.of(text) + '"';
    }
}
