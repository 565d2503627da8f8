package org.heratio.offsite.member;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.heratio.offsite.member.Member.Kind;
import org.heratio.offsite.member.PaxRecords.Malformed;
import org.jspecify.annotations.Nullable;

/** The headers of one member: its own, and those before it. */
final class MemberHeaders {
    private byte @Nullable [] name;
    private byte @Nullable [] link;
    private Map<String, String> pax = Map.of();
    private @Nullable Member member;

    boolean isEmpty() {
        return name == null && link == null && pax.isEmpty() && member == null;
    }

    /** Takes the content of a header that comes before that of the member. */
    void take(char type, byte[] content) throws Malformed {
        switch (type) {
            case 'L' -> name = text(content);
            case 'K' -> link = text(content);
            case 'x' -> pax = PaxRecords.read(content);
            default -> {
                // 'g' holds for all that follows: times and comments, in practice
            }
        }
    }

    private static byte[] text(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** Returns the member of this header. */
    Member member(TarHeader header) throws Malformed {
        byte[] own = bytes("path", name == null ? header.name() : name);
        byte[] nameBytes = bytes("GNU.sparse.name", own);
        byte[] linkBytes = bytes("linkpath", link == null ? header.link() : link);
        boolean sparse = header.type() == 'S' || pax.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse."));
        Kind kind = sparse ? Kind.SPARSE : kind(header.type(), nameBytes);
        boolean isLink = kind == Kind.SYMBOLIC_LINK || kind == Kind.HARD_LINK;
        boolean readable = TarHeader.isUtf8(nameBytes) && (!isLink || TarHeader.isUtf8(linkBytes));
        Member made = new Member(
                new String(nameBytes, StandardCharsets.UTF_8),
                readable,
                kind,
                hasContent(kind, header) ? size(header) : 0,
                modified(header),
                header.mode(),
                isLink ? new String(linkBytes, StandardCharsets.UTF_8) : null);
        member = made;
        return made;
    }

    /** Returns the member whose header was the last one. */
    Member sparse() {
        Member made = member;
        if (made == null) {
            throw new IllegalStateException("the map follows the header");
        }
        return made;
    }

    private byte[] bytes(String key, byte[] other) {
        String text = pax.get(key);
        return text == null ? other : text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Kind kind(char type, byte[] name) {
        boolean slash = name.length > 0 && name[name.length - 1] == '/';
        return switch (type) {
            // old programs have no type for directories
            case '0', '\0', '7' -> slash ? Kind.DIRECTORY : Kind.FILE;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMBOLIC_LINK;
            case '5', 'D' -> Kind.DIRECTORY;
            default -> Kind.OTHER;
        };
    }

    private boolean hasContent(Kind kind, TarHeader header) {
        return switch (kind) {
            case FILE, SPARSE, OTHER -> true;
            // in PAX alone
            case HARD_LINK -> pax.containsKey("size");
            // GNU's incremental archives list what is in a directory
            case DIRECTORY -> header.type() == 'D';
            case SYMBOLIC_LINK -> false;
        };
    }

    private long size(TarHeader header) throws Malformed {
        String text = pax.get("size");
        if (text == null) {
            return header.size();
        }
        if (!text.matches("\\d{1,18}")) {
            throw new Malformed("a member says that it has '" + text + "' bytes");
        }
        return Long.parseLong(text);
    }

    private Instant modified(TarHeader header) {
        String text = pax.get("mtime");
        if (text != null && text.matches("-?\\d{1,11}(\\.\\d+)?")) {
            int dot = text.indexOf('.');
            return Instant.ofEpochSecond(Long.parseLong(dot < 0 ? text : text.substring(0, dot)));
        }
        return header.modified();
    }
}
