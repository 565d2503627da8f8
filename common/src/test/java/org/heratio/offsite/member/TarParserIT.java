package org.heratio.offsite.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.heratio.offsite.member.Member.Kind;
import org.heratio.offsite.testing.HangLimit;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tarballs that tar has written. */
final class TarParserIT {
    private static final String LONG = "d".repeat(90) + "/" + "e".repeat(90) + "/" + "f".repeat(200) + ".txt";

    @TempDir
    Path directory;

    private byte[] tar(String... options) throws IOException, InterruptedException {
        Requires.program("tar", "tar");
        Path tarball = directory.resolve("made.tar");
        List<String> command = new ArrayList<>(List.of("tar", "-cf", tarball.toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        assertThat(process.waitFor(HangLimit.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("said")))
                .isZero();
        return Files.readAllBytes(tarball);
    }

    /** The members with their contents; what is wrong with the tarball, too. */
    private static final class Read implements MemberSink {
        private final Map<Member, String> members = new LinkedHashMap<>();
        private ByteArrayOutputStream content = new ByteArrayOutputStream();
        private Member member;

        @Override
        public void begin(Member begun) {
            member = begun;
            content = new ByteArrayOutputStream();
        }

        @Override
        public void content(byte[] bytes, int offset, int length) {
            content.write(bytes, offset, length);
        }

        @Override
        public void end() {
            members.put(member, content.toString(StandardCharsets.UTF_8));
        }
    }

    private static Map<Member, String> read(byte[] tarball) throws IOException {
        Read read = new Read();
        assertThat(wrong(tarball, read, 100)).isNull();
        Read atOnce = new Read();
        assertThat(wrong(tarball, atOnce, tarball.length + 1)).isNull();
        assertThat(atOnce.members).isEqualTo(read.members);
        return read.members;
    }

    private static String wrong(byte[] tarball, MemberSink sink, int piece) throws IOException {
        TarParser parser = new TarParser(sink);
        for (int at = 0; at < tarball.length; at += piece) {
            parser.update(tarball, at, Math.min(piece, tarball.length - at));
        }
        return parser.finish();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax", "posix"})
    void readsWhatTarWrites(String format) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        Files.createDirectories(tree.resolve(LONG).getParent());
        Files.writeString(tree.resolve(LONG), "long");
        Files.writeString(tree.resolve("\u00fc\n'; rm"), "odd".repeat(1_000));
        Files.writeString(tree.resolve("empty"), "");
        Files.createSymbolicLink(tree.resolve("sym"), Path.of(LONG));
        Files.createLink(tree.resolve("zhard"), tree.resolve("empty"));
        Files.setLastModifiedTime(tree.resolve("empty"), FileTime.from(Instant.parse("1999-12-31T23:59:59Z")));

        Map<Member, String> members = read(tar("--format=" + format, "-C", tree.toString(), "--sort=name", "."));

        assertThat(members.keySet())
                .extracting(Member::name, Member::kind)
                .contains(
                        tuple("./", Kind.DIRECTORY),
                        tuple("./" + LONG, Kind.FILE),
                        tuple("./sym", Kind.SYMBOLIC_LINK),
                        tuple("./zhard", Kind.HARD_LINK),
                        tuple("./\u00fc\n'; rm", Kind.FILE));
        Map<String, Member> named = new LinkedHashMap<>();
        members.keySet().forEach(member -> named.put(member.name(), member));
        assertThat(members.get(named.get("./" + LONG))).isEqualTo("long");
        assertThat(members.get(named.get("./\u00fc\n'; rm"))).isEqualTo("odd".repeat(1_000));
        assertThat(members.get(named.get("./empty"))).isEmpty();
        assertThat(named.get("./sym").link()).isEqualTo(LONG);
        assertThat(named.get("./zhard").link()).isEqualTo("./empty");
        assertThat(named.get("./empty").modified()).isEqualTo(Instant.parse("1999-12-31T23:59:59Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu", "pax"})
    void tellsASparseFile(String format) throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        try (var file = new java.io.RandomAccessFile(tree.resolve("a").toFile(), "rw")) {
            for (int i = 0; i < 100; i++) {
                file.seek(i * 1_000_000L);
                file.write('x');
            }
        }
        Files.writeString(tree.resolve("b"), "after");

        Map<Member, String> members =
                read(tar("--format=" + format, "-S", "-C", tree.toString(), "--sort=name", "a", "b"));

        assertThat(members.keySet())
                .extracting(Member::name, Member::kind)
                .containsExactly(tuple("a", Kind.SPARSE), tuple("b", Kind.FILE));
        assertThat(members.values()).last().isEqualTo("after");
    }

    @Test
    void aTarballThatIsCutOrIsNoneFails() throws Exception {
        Path file = Files.writeString(directory.resolve("a.txt"), "x".repeat(5_000));
        byte[] whole = tar("-C", directory.toString(), file.getFileName().toString());

        assertThat(wrong(Arrays.copyOf(whole, 3_000), new Read(), 512))
                .contains("ends at byte 3000", "within a.txt, which has 5000 bytes");
        assertThat(wrong("no tarball at all".repeat(100).getBytes(StandardCharsets.UTF_8), new Read(), 512))
                .contains("no header of a member at byte 0");
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void aHeaderThatAsksForAGigabyteIsRefused() throws Exception {
        byte[] header = Arrays.copyOf(tar("-C", directory.toString(), "said"), 512);
        header[156] = 'L';
        System.arraycopy("10000000000 ".getBytes(StandardCharsets.US_ASCII), 0, header, 124, 12);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, header, 148, 8);

        assertThat(wrong(header, new Read(), 512)).contains("more than 65536");
    }
}
