package org.heratio.offsite.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The pages about the API say what its document says. {@code make api} writes them. */
final class ApiPagesTest {
    private static final String PAGE = "src/main/resources/org/heratio/offsite/dashboard/page/api.html";

    private static void isUpToDate(String file, Supplier<PageFormat> format) throws IOException {
        Path path = Path.of(file);
        String made = ApiPages.of(ApiContract.get().document(), format);
        if (Boolean.getBoolean("offsite.write")) {
            Files.writeString(path, made);
        }
        assertThat(Files.readString(path))
                .as(file + " is out of date: make api")
                .isEqualTo(made);
    }

    @Test
    void theDocumentIsUpToDate() throws IOException {
        isUpToDate("../docs/api.md", PageFormat.Markdown::new);
    }

    @Test
    void thePageOfTheServerIsUpToDate() throws IOException {
        isUpToDate(PAGE, PageFormat.Html::new);
    }
}
