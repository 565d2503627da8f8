package org.heratio.offsite.operations.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureIOException;
import org.heratio.offsite.member.Member;
import org.heratio.offsite.operations.restore.DeferredLinks.Deferred;

/** Takes members out of one copy of a tarball. For one restore, and one thread at a time. */
public final class Extraction {
    private static final int REFUSALS_TOLD = 100;
    private static final int MOST_OF_NAME = 200;

    private final String archive;
    private final long most;
    private final MemberChoice choice;
    private final MemberFiles files;
    private final DeferredLinks links = new DeferredLinks();
    private final List<String> refused = new ArrayList<>();
    private long members;
    private long bytes;
    private long refusals;
    private boolean marked;
    private long goesOnAt = -1;

    /** @param most bytes that the archive can unpack to */
    Extraction(String archive, long most, MemberChoice choice, MemberFiles files) {
        this.archive = archive;
        this.most = most;
        this.choice = choice;
        this.files = files;
    }

    /**
     * The members that were extracted.
     *
     * @param members number of them, directories among them
     * @param bytes of their content
     * @param refusals number of chosen members that were not extracted
     * @param refused why, for the first hundred of them
     * @param marked whether the archive has a mark of its end; else members may be missing behind the last one
     * @param goesOnAt the first byte behind that mark that is no zero; negative if there is none
     */
    public record Result(long members, long bytes, long refusals, List<String> refused, boolean marked, long goesOnAt) {
        public Result {
            refused = List.copyOf(refused);
        }
    }

    /** Returns the first pass, which extracts what is chosen. */
    Selection.Content chosen() {
        return new Chosen();
    }

    /** Returns whether a second pass is needed. */
    boolean hasLinks() {
        return !links.isEmpty();
    }

    /** Returns the second pass, which extracts the files of hard links that were chosen without them. */
    Selection.Content linked() {
        return new Linked(links.byFile());
    }

    Result result() {
        return new Result(members, bytes, refusals, refused, marked, goesOnAt);
    }

    private void refuse(String name, String why) {
        refusals++;
        if (refused.size() < REFUSALS_TOLD) {
            refused.add(shortened(name) + ": " + why);
        }
    }

    private static String shortened(String name) {
        return name.length() <= MOST_OF_NAME ? name : name.substring(0, MOST_OF_NAME) + "…";
    }

    private void took(long size) {
        members++;
        bytes += size;
    }

    private final class Chosen extends TarContent {
        private final BitSet found = new BitSet();
        private final NearNames near = new NearNames(choice.paths());
        private long number;
        private long size;
        private boolean writing;

        Chosen() {
            super(archive);
        }

        @Override
        public void begin(Member member) throws IOException {
            number++;
            writing = false;
            BitSet by = choice.of(member.name());
            found.or(by);
            if (by.isEmpty()) {
                near.see(MemberChoice.plain(member.name()));
            } else if (member.size() <= most) {
                take(member);
            }
            // else the tarball ends within it, which is told then
        }

        private void take(Member member) throws IOException {
            try {
                if (!member.readable()) {
                    throw new RefusedMember(
                            "its name or its link is not UTF-8: restore the whole archive, and use tar");
                }
                Path path = files.resolve(member.name());
                if (member.kind() == Member.Kind.HARD_LINK) {
                    link(path, member);
                } else {
                    files.begin(path, member);
                    links.remove(path);
                }
                size = member.kind() == Member.Kind.FILE ? member.size() : 0;
                writing = true;
            } catch (RefusedMember e) {
                refuse(member.name(), String.valueOf(e.getMessage()));
            }
        }

        private void link(Path path, Member member) throws IOException, RefusedMember {
            String name = String.valueOf(member.link());
            Path file;
            try {
                file = files.resolve(name);
            } catch (RefusedMember e) {
                throw new RefusedMember("it is a hard link to " + shortened(name) + ", and " + e.getMessage());
            }
            Deferred other = links.at(file);
            if (files.link(path, file)) {
                links.remove(path);
            } else {
                links.add(path, other == null ? new Deferred(member.name(), name, number) : other);
            }
        }

        @Override
        public void content(byte[] content, int offset, int length) throws IOException {
            if (writing) {
                files.write(content, offset, length);
            }
        }

        @Override
        public void end() throws IOException {
            if (writing) {
                files.end();
                took(size);
            }
        }

        @Override
        void ended(boolean endIsMarked, long behindEnd) throws IOException {
            marked = endIsMarked;
            goesOnAt = behindEnd;
            String missing = IntStream.range(0, choice.paths().size())
                    .filter(i -> !found.get(i))
                    .mapToObj(choice.paths()::get)
                    .map(path -> path.isEmpty() ? "." : path)
                    .collect(Collectors.joining(", "));
            if (!missing.isEmpty()) {
                List<String> names = near.names();
                throw new FailureIOException(
                        ErrorCode.CONTENT_MISSING,
                        archive + " has no member " + missing,
                        names.isEmpty()
                                ? "leave it out"
                                : "the names that are most like it: " + String.join(", ", names),
                        null);
            }
        }
    }

    private final class Linked extends TarContent {
        private final Map<String, List<Path>> wanted;
        private List<Path> paths = List.of();
        private long number;
        private long size;

        Linked(Map<String, List<Path>> wanted) {
            super(archive);
            this.wanted = wanted;
        }

        @Override
        public void begin(Member member) throws IOException {
            number++;
            paths = List.of();
            if (member.kind() != Member.Kind.FILE || member.size() > most) {
                return;
            }
            List<Path> before = new ArrayList<>();
            for (Path path : wanted.getOrDefault(MemberChoice.plain(member.name()), List.of())) {
                Deferred link = links.at(path);
                if (link != null && link.number() > number) {
                    before.add(path);
                }
            }
            if (before.isEmpty()) {
                return;
            }
            try {
                files.begin(before.get(0), member);
                paths = before;
                size = member.size();
            } catch (RefusedMember e) {
                before.forEach(path -> giveUp(path, String.valueOf(e.getMessage())));
            }
        }

        private void giveUp(Path path, String why) {
            Deferred link = links.at(path);
            if (link != null) {
                links.remove(path);
                members--;
                refuse(link.name(), why);
            }
        }

        @Override
        public void content(byte[] content, int offset, int length) throws IOException {
            if (!paths.isEmpty()) {
                files.write(content, offset, length);
            }
        }

        @Override
        public void end() throws IOException {
            if (paths.isEmpty()) {
                return;
            }
            files.end();
            bytes += size;
            for (Path path : paths.subList(1, paths.size())) {
                try {
                    files.link(path, paths.get(0));
                } catch (RefusedMember e) {
                    giveUp(path, String.valueOf(e.getMessage()));
                }
            }
        }

        @Override
        void ended(boolean endIsMarked, long behindEnd) throws IOException {
            for (Map.Entry<String, List<Path>> file : wanted.entrySet()) {
                for (Path path : file.getValue()) {
                    Deferred link = links.at(path);
                    if (link != null && !files.isThere(path)) {
                        giveUp(path, "it is a hard link to " + link.file() + ", and no such file is before it");
                    }
                }
            }
        }
    }
}
