package org.heratio.offsite.operations.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MemberChoiceTest {
    private static boolean takes(String path, String member) {
        return !new MemberChoice(List.of("never", path)).of(member).isEmpty();
    }

    @Test
    void aPathTakesTheMemberAndAllBelowIt() {
        assertThat(takes("a/b", "./a/b")).isTrue();
        assertThat(takes("./a/", "a/b/c")).isTrue();
        assertThat(takes("/a", "a//b")).isTrue();
        assertThat(takes("a/b", "a/bc")).isFalse();
        assertThat(takes("b", "a/b")).isFalse();
        assertThat(takes(".", "anything/at all")).isTrue();
    }

    @Test
    void aStarIsAnyPartOfOneName() {
        assertThat(takes("a/*.pdf", "a/x.pdf")).isTrue();
        assertThat(takes("a/*.pdf", "a/b/x.pdf")).isFalse();
        assertThat(takes("a/*/x.pdf", "a/b/x.pdf")).isTrue();
        assertThat(takes("*", "a/b/x.pdf")).isTrue();
        assertThat(takes("a*", "b")).isFalse();
        assertThat(takes("*.\\Q", "x\n.\\Q")).isTrue();
        assertThat(takes("a.b", "axb")).isFalse();
    }

    @Test
    void theNearestNamesAreKept() {
        NearNames near = new NearNames(List.of("uploads/2026/scan.pdf"));
        for (int i = 0; i < 10_000; i++) {
            near.see("other/" + i);
        }
        near.see("uploads/2025/scan.pdf");
        near.see("uploads/2026/Scan.pdf");

        assertThat(near.names()).hasSize(10).startsWith("uploads/2026/Scan.pdf", "uploads/2025/scan.pdf");
    }
}
