package org.heratio.offsite.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test runs with descriptors, where there are any, and without. */
class HeldParentTest {
    @TempDir
    Path temp;

    private Path root;
    private Path outside;

    @BeforeEach
    void makeDirectories() throws IOException {
        root = Files.createDirectory(temp.resolve("root"));
        outside = Files.createDirectory(temp.resolve("outside"));
    }

    private static @Nullable Kernel kernel(boolean descriptors) {
        return descriptors ? Kernel.load() : null;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void makesTheDirectoriesOfAName(boolean descriptors) throws Exception {
        Files.createDirectory(root.resolve("a"));
        try (HeldParent held = HeldParent.make(root, "a/b/c/file", kernel(descriptors))) {
            Files.writeString(held.path(), "x");
            Files.writeString(held.sibling("other"), "y");
            held.sync();
        }
        assertThat(root.resolve("a/b/c/file")).hasContent("x");
        assertThat(root.resolve("a/b/c/other")).hasContent("y");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followsALinkThatStaysBelowTheRoot(boolean descriptors) throws Exception {
        Files.createDirectories(root.resolve("real/deep"));
        Files.createSymbolicLink(root.resolve("link"), Path.of("real"));
        Path way = Files.createSymbolicLink(temp.resolve("way to the root"), root);
        for (String name : new String[] {"link/deep/file", "link/new/file"}) {
            try (HeldParent held = HeldParent.make(way, name, kernel(descriptors))) {
                Files.writeString(held.path(), "x");
            }
        }
        assertThat(root.resolve("real/deep/file")).hasContent("x");
        assertThat(root.resolve("real/new/file")).hasContent("x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesALinkThatLeadsOut(boolean descriptors) throws Exception {
        Files.createSymbolicLink(root.resolve("link"), outside);
        Files.createSymbolicLink(root.resolve("nowhere"), temp.resolve("no such directory"));
        Files.createDirectory(outside.resolve("deep"));
        for (String name : new String[] {"link/file", "link/deep/file"}) {
            assertThatThrownBy(() ->
                            HeldParent.open(root, name, kernel(descriptors)).close())
                    .as(name)
                    .isInstanceOf(UnsafePathException.class);
        }
        for (String name : new String[] {"link/file", "link/new/file", "nowhere/file"}) {
            assertThatThrownBy(() ->
                            HeldParent.make(root, name, kernel(descriptors)).close())
                    .as(name)
                    .isInstanceOf(FileSystemException.class);
        }
        assertThat(outside.resolve("new")).doesNotExist();
        assertThat(temp.resolve("no such directory")).doesNotExist();
    }
}
