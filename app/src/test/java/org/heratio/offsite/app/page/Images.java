package org.heratio.offsite.app.page;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.heratio.offsite.testing.Trees;

/** The pictures in {@code docs/images}: taken by the tests, but only with {@code -Doffsite.images=<directory>}. */
final class Images {
    private static final String DIRECTORY = System.getProperty("offsite.images", "");
    private static final int COLOURS = 256;
    /** A phone, a tablet and a desk. */
    private static final List<Size> SIZES = List.of(new Size(360, 760), new Size(768, 900), new Size(1440, 900));

    private record Size(int width, int height) {}

    private Images() {}

    /** Returns where the installation is: at a place that looks well in pictures, if they are wanted. */
    static Path home(Path temporary) throws IOException {
        Path home = temporary.resolve("heratio");
        if (!DIRECTORY.isEmpty()) {
            home = Path.of(System.getProperty("java.io.tmpdir"), "heratio");
            Trees.delete(Files.createDirectories(home));
        }
        return Files.createDirectories(home);
    }

    /** Returns how many archives more there are, so that pictures are not empty. */
    static int archives() {
        return DIRECTORY.isEmpty() ? 0 : 9;
    }

    /** Takes what a tab shows, in light and dark colours and three widths. */
    static void take(Page page, String name) throws IOException {
        if (DIRECTORY.isEmpty()) {
            return;
        }
        Path directory = Files.createDirectories(Path.of(DIRECTORY));
        for (ColorScheme colours : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colours));
            for (Size size : SIZES) {
                page.setViewportSize(size.width(), size.height());
                page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }");
                byte[] shot =
                        page.screenshot(new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED));
                String file = name + "-" + size.width() + "-" + colours.name().toLowerCase(Locale.ROOT) + ".png";
                BufferedImage small = withFewColours(ImageIO.read(new ByteArrayInputStream(shot)));
                ImageIO.write(small, "png", directory.resolve(file).toFile());
            }
        }
    }

    /** Returns the same with the most frequent colours alone: a third of the size, and no eye sees it in flat colours and text. */
    private static BufferedImage withFewColours(BufferedImage image) {
        int width = image.getWidth();
        int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
        Map<Integer, Integer> counts = new HashMap<>();
        for (int pixel : pixels) {
            counts.merge(pixel, 1, Integer::sum);
        }
        int[] palette = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(COLOURS)
                .mapToInt(Map.Entry::getKey)
                .toArray();
        Map<Integer, Integer> places = new HashMap<>();
        IndexColorModel model = new IndexColorModel(8, palette.length, palette, 0, false, -1, DataBuffer.TYPE_BYTE);
        BufferedImage small = new BufferedImage(width, image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        for (int i = 0; i < pixels.length; i++) {
            int place = places.computeIfAbsent(pixels[i], pixel -> nearest(palette, pixel));
            small.getRaster().setSample(i % width, i / width, 0, place);
        }
        return small;
    }

    private static int nearest(int[] palette, int colour) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.length; i++) {
            int distance = 0;
            for (int shift = 0; shift < 24; shift += 8) {
                int difference = (palette[i] >> shift & 0xff) - (colour >> shift & 0xff);
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
