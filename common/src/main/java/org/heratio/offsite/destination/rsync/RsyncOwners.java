package org.heratio.offsite.destination.rsync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.Installation;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.failure.FailureException;
import org.heratio.offsite.files.HeldFile;
import org.heratio.offsite.files.NotRegularFileException;
import org.jspecify.annotations.Nullable;

/**
 * The owners of copies at an account that may run rsync alone. rsync cannot create a file without the risk of replacing one that appears
 * at the same moment: a claim is read back, and owners that race must use names of their own.
 */
final class RsyncOwners {
    private final DirectoryLayout layout;
    private final NameConflicts conflicts;
    private final StagingArea stages;
    private final RsyncFiles files;

    RsyncOwners(RsyncConfig config, DirectoryLayout layout, StagingArea stages, RsyncFiles files) {
        this.layout = layout;
        this.conflicts = new NameConflicts(config, layout);
        this.stages = stages;
        this.files = files;
    }

    /**
     * The content of a copy's small files.
     *
     * @param sha256 from the sidecar; null when there is none
     * @param tagged whether there is a tag at all
     * @param tag null without a tag, and when it names nobody
     */
    record Labels(
            @Nullable String sha256,
            boolean tagged,
            @Nullable OwnerTag tag) {}

    /** Reads sidecar and tag of a name, in one go. */
    Labels labels(String name, ListedCopy listed) throws FailureException, InterruptedException {
        String sidecar = Sha256Sidecar.nameFor(name);
        String tag = OwnerTag.fileFor(name);
        List<String> there =
                Stream.of(sidecar, tag).filter(listed::hasSmallFile).toList();
        boolean tagged = listed.entries().containsKey(tag);
        if (there.isEmpty()) {
            return new Labels(null, tagged, null);
        }
        try (StagingDirectory stage = stages.make()) {
            files.fetchSmall("reading owner and hash of " + layout.path(name), there, stage);
            return new Labels(
                    read(stage, sidecar).flatMap(Sha256Sidecar::parse).orElse(null),
                    tagged,
                    read(stage, tag).flatMap(OwnerTag::parse).orElse(null));
        }
    }

    /** Makes sure that the name belongs to the put. Returns the tag's file when it has to be sent with the payload; throws when the name is taken. */
    Optional<String> claim(PutRequest request, ListedCopy listed, StagingDirectory stage, List<String> before)
            throws FailureException, InterruptedException {
        String name = request.name();
        Labels labels = labels(name, listed);
        OwnerTag wanted = OwnerTag.of(request);
        requireOurs(request, labels.tag());
        if (labels.tag() == null && !request.replacesUntagged()) {
            if (labels.tagged()) {
                throw conflicts.torn(name);
            }
            if (listed.entries().containsKey(name)) {
                throw conflicts.unowned(name);
            }
        }
        String file = stage.write(OwnerTag.fileFor(name), wanted.content(name));
        if (!labels.tagged()) {
            List<String> first = new ArrayList<>(before);
            first.add(file);
            files.add("claiming " + layout.path(name), first, stage);
            return readBack(request) ? Optional.empty() : Optional.of(file);
        }
        return wanted.equals(labels.tag()) ? Optional.empty() : Optional.of(file);
    }

    /** Returns whether the tag that is there now is that of this put. */
    private boolean readBack(PutRequest request) throws FailureException, InterruptedException {
        String file = OwnerTag.fileFor(request.name());
        try (StagingDirectory stage = stages.make()) {
            files.fetchSmall("reading the owner of " + layout.path(request.name()), List.of(file), stage);
            Optional<OwnerTag> tag = read(stage, file).flatMap(OwnerTag::parse);
            if (tag.isEmpty()) {
                throw conflicts.torn(request.name());
            }
            requireOurs(request, tag.get());
            return tag.get().equals(OwnerTag.of(request));
        }
    }

    private void requireOurs(PutRequest request, @Nullable OwnerTag tag) throws FailureException {
        if (tag != null && !tag.installation().equals(request.owner())) {
            throw conflicts.owned(request.name(), tag.installation());
        }
    }

    void announce(Installation self, List<String> before, StagingDirectory stage)
            throws FailureException, InterruptedException {
        List<String> sent = new ArrayList<>(before);
        sent.add(stage.write(self.file(), self.content()));
        files.add("announcing this installation in " + layout.path(""), sent, stage);
    }

    List<Installation> installations() throws FailureException, InterruptedException {
        List<String> filters = List.of(
                "--exclude=/" + Installation.DIRECTORY + "/*/",
                "--include=/" + OwnerTag.DIRECTORY + "/",
                "--include=/" + Installation.DIRECTORY + "/",
                "--include=/" + Installation.DIRECTORY + "/*",
                "--exclude=*");
        try (StagingDirectory stage = stages.make()) {
            files.fetchAnnouncements("reading who ships to " + layout.path(""), filters, stage);
            return announcements(stage);
        }
    }

    private static List<Installation> announcements(StagingDirectory stage) throws FailureException {
        List<Installation> all = new ArrayList<>();
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(stage.directory().resolve(Installation.DIRECTORY))) {
            for (Path file : found) {
                String id = String.valueOf(file.getFileName());
                if (Installation.isId(id)) {
                    read(stage, Installation.DIRECTORY + "/" + id)
                            .ifPresent(content -> all.add(Installation.parse(id, content)));
                }
            }
            return all;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw StagingDirectory.failure(e);
        }
    }

    /** The start of a fetched file; empty when it did not come, or is no file. */
    private static Optional<String> read(StagingDirectory stage, String name) throws FailureException {
        try (HeldFile file = HeldFile.read(stage.file(name))) {
            return Optional.of(new String(file.input().readNBytes(ListedCopy.MAX_SMALL), StandardCharsets.UTF_8));
        } catch (NoSuchFileException | NotRegularFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StagingDirectory.failure(e);
        }
    }
}
