package org.heratio.offsite.destination.localfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heratio.offsite.destination.Failing.assertFails;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heratio.offsite.destination.Payloads;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.files.UnsafePathException;
import org.heratio.offsite.testing.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories of a destination that somebody replaces by links to another place while copies are made. */
class LocalFsSwapTest {
    @TempDir
    Path temp;

    private Path root;
    private Path outside;
    private Payloads payloads;

    @BeforeEach
    void makeDirectories() throws IOException {
        Requires.that(Files.isDirectory(Path.of("/proc/self/fd")), "there are no descriptors without /proc");
        root = Files.createDirectory(temp.resolve("destination"));
        outside = Files.createDirectory(temp.resolve("outside"));
        payloads = new Payloads(Files.createDirectory(temp.resolve("payloads")), "owner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "sub/deep", ".offsite", ".offsite/owners", ".offsite-partial"})
    void aPutWritesNothingOutsideWhenADirectoryBecomesALinkWhileItSends(String swapped) throws Exception {
        try (LocalFsDestination destination = new LocalFsDestination(root)) {
            destination.put(request("sub/deep/there.gz", "there"));
            Files.createDirectories(outside.resolve("deep"));
            Files.createDirectories(outside.resolve("owners"));
            AtomicInteger pieces = new AtomicInteger();
            PutRequest put = Payloads.withProgress(request("sub/deep/a.gz", "a"), sent -> {
                if (pieces.getAndIncrement() == 0) {
                    swap(swapped);
                }
            });

            assertFails(ErrorCode.DESTINATION_DENIED, () -> destination.put(put));

            assertThat(pieces).hasPositiveValue();
            assertThat(filesOutside()).isEmpty();
        }
    }

    @Test
    void aCopyIsPlacedInTheDirectoryThatWasLookedAt() throws Exception {
        write("partial/payload", "a");
        Files.createDirectory(root.resolve("sub"));
        LocalFiles files = new LocalFiles(root, (name, file) -> {
            swap("sub");
            Files.createLink(name, file);
        });

        assertThat(files.place("partial/payload", "sub/a.gz")).isTrue();

        assertThat(filesOutside()).isEmpty();
        assertThat(temp.resolve("swapped/a.gz")).hasContent("a");
    }

    @Test
    void anOwnerIsNotedInTheDirectoryThatWasLookedAtAlsoWithoutHardLinks() throws Exception {
        Files.createDirectories(root.resolve("partial"));
        Files.createDirectories(root.resolve("tags"));
        LocalFiles files = new LocalFiles(root, (name, file) -> {
            swap("tags");
            throw new UnsupportedOperationException();
        });

        assertThat(files.create("partial/tag", "tags/a", "owner")).isTrue();

        assertThat(filesOutside()).isEmpty();
        assertThat(temp.resolve("swapped/a")).hasContent("owner");
    }

    @Test
    void noFileOperationLeavesTheRootByALink() throws Exception {
        write("partial/payload", "ours");
        Path theirs = Files.writeString(outside.resolve("a.gz"), "theirs");
        Files.createSymbolicLink(root.resolve("sub"), outside);
        LocalFiles files = new LocalFiles(root);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("exists", () -> files.exists("sub/a.gz"));
        calls.put("isDirectory", () -> files.isDirectory("sub/a.gz"));
        calls.put("read", () -> files.read("sub/a.gz", 100));
        calls.put("create", () -> files.create("partial/tag", "sub/b", "b"));
        calls.put("create below", () -> files.create("partial/tag", "sub/deep/b", "b"));
        calls.put("create from", () -> files.create("sub/b", "b", "b"));
        calls.put("overwrite", () -> files.overwrite("partial/tag", "sub/a.gz", "b"));
        calls.put("place", () -> files.place("partial/payload", "sub/b.gz"));
        calls.put("replace", () -> files.replace("partial/payload", "sub/a.gz"));
        calls.put("delete", () -> files.delete("sub/a.gz"));
        calls.put("list", () -> files.list("sub"));
        calls.put("makeDirectoryOf", () -> files.makeDirectoryOf("sub/deep/b.gz"));
        calls.put("syncDirectoryOf", () -> files.syncDirectoryOf("sub/b.gz"));

        calls.forEach((name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(UnsafePathException.class));

        assertThat(filesOutside()).containsExactly(theirs);
        assertThat(theirs).hasContent("theirs");
        assertThat(outside.resolve("deep")).doesNotExist();
    }

    /** ADR 76 */
    @Test
    void aLinkThatStaysBelowTheRootIsFollowed() throws Exception {
        write("partial/payload", "a");
        Files.createDirectories(root.resolve("disk2/sub"));
        Files.createSymbolicLink(root.resolve("sub"), Path.of("disk2/sub"));
        LocalFiles files = new LocalFiles(root);

        files.makeDirectoryOf("sub/deep/a.gz");
        assertThat(files.place("partial/payload", "sub/deep/a.gz")).isTrue();

        assertThat(root.resolve("disk2/sub/deep/a.gz")).hasContent("a");
        assertThat(files.list("sub/deep")).containsExactly("a.gz");
    }

    @Test
    void aListingDoesNotFollowADirectoryThatBecomesALink() throws Exception {
        write("sub/a.gz", "a");
        write("sub/b.gz", "b");
        Files.writeString(outside.resolve("c.gz"), "theirs");
        List<String> names = new ArrayList<>();

        new Lister(root.toRealPath(), stored -> {
                    if (names.isEmpty()) {
                        swap("sub");
                    }
                    names.add(stored.name());
                })
                .list();

        assertThat(names).containsExactlyInAnyOrder("sub/a.gz", "sub/b.gz");
    }

    private PutRequest request(String name, String content) throws IOException {
        return payloads.request(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, String content) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), content);
    }

    private void swap(String directory) {
        try {
            Files.move(root.resolve(directory), temp.resolve("swapped"));
            Files.createSymbolicLink(root.resolve(directory), outside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> filesOutside() throws IOException {
        try (Stream<Path> all = Files.walk(outside)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
