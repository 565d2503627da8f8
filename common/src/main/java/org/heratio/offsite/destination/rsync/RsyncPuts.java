package org.heratio.offsite.destination.rsync;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.OwnerTag;
import org.heratio.offsite.destination.Presence;
import org.heratio.offsite.destination.PutRequest;
import org.heratio.offsite.destination.Sha256Sidecar;
import org.heratio.offsite.destination.Stored;
import org.heratio.offsite.failure.ErrorCode;
import org.heratio.offsite.failure.FailureException;

/** Puts copies at a host that runs rsync alone. One put at a time. */
final class RsyncPuts {
    private final Presence presence;
    private final SshCommand command;
    private final RsyncTransfer transfer;
    private final StagingArea stages;
    private final RsyncFiles files;
    private final RsyncOwners owners;
    private final RsyncCopies copies;

    RsyncPuts(
            Presence presence,
            SshCommand command,
            RsyncTransfer transfer,
            StagingArea stages,
            RsyncFiles files,
            RsyncOwners owners,
            RsyncCopies copies) {
        this.presence = presence;
        this.command = command;
        this.transfer = transfer;
        this.stages = stages;
        this.files = files;
        this.owners = owners;
        this.copies = copies;
    }

    /** Puts a copy, with its tag and its sidecar. */
    Stored put(PutRequest request) throws FailureException, InterruptedException {
        PayloadCheck check = new PayloadCheck(request);
        Presence.View view = presence.view();
        ListedCopy listed = copies.lookAt(request.name());
        view.requireWritable(listed.state());
        copies.requireFile(request.name(), listed);
        copies.requireNoDirectory(Sha256Sidecar.nameFor(request.name()), listed);
        copies.requireNoDirectory(OwnerTag.fileFor(request.name()), listed);
        copies.requireDirectoriesAbove(request.name(), listed);
        try (StagingDirectory stage = stages.make()) {
            List<String> marker = RsyncFiles.marker(listed.state(), stage);
            List<String> first = new ArrayList<>(marker);
            owners.claim(request, listed, stage, marker).ifPresent(first::add);
            List<String> then = new ArrayList<>();
            String payload = stage.link(request.name(), Child.inputName(request.file()));
            String sidecar = stage.write(
                    Sha256Sidecar.nameFor(request.name()), Sha256Sidecar.content(request.sha256(), request.name()));
            // one call for both would give the payload its name first (ADR 6)
            if (listed.entries().containsKey(request.name())) {
                copies.remove(List.of(sidecar), listed);
                first.add(payload);
                then.add(sidecar);
            } else {
                first.add(sidecar);
                then.add(payload);
            }
            files.synced(options -> send(request, stage, RsyncFiles.list(first), options));
            files.synced(options -> send(request, stage, RsyncFiles.list(then), options));
            view.marked();
        } catch (FailureException e) {
            // rsync only says that something went wrong with it
            check.requireUnchanged();
            throw e;
        }
        removeIfChanged(check, request);
        return new Stored(request.name(), request.size(), request.sha256());
    }

    /**
     * Removes the copy of a payload that changed while it was sent, unless the name has another tag by now. If the payload was deleted or
     * cannot be read, the copy stays, and the verifier checks it.
     */
    private void removeIfChanged(PayloadCheck check, PutRequest request) throws FailureException, InterruptedException {
        try {
            check.requireUnchanged();
        } catch (FailureException e) {
            if (e.failure().code() == ErrorCode.PAYLOAD_CORRUPT) {
                ListedCopy listed = copies.lookAt(request.name());
                if (OwnerTag.of(request)
                        .equals(owners.labels(request.name(), listed).tag())) {
                    copies.delete(request.name(), listed, presence.view());
                }
                throw e;
            }
        }
    }

    private void send(PutRequest request, StagingDirectory stage, String list, List<String> options)
            throws FailureException, InterruptedException {
        try (StagingDirectory lists = stages.make()) {
            Path names = lists.file(lists.write("names", list));
            send(request, stage, names, options);
        }
    }

    private void send(PutRequest request, StagingDirectory stage, Path names, List<String> options)
            throws FailureException, InterruptedException {
        List<String> args = new ArrayList<>(command.rsyncAlone());
        args.addAll(List.of("--files-from=" + names, "--from0", "--copy-links", "--ignore-times"));
        args.addAll(List.of("--partial-dir=" + DirectoryLayout.PARTIAL, "--no-human-readable", "--info=progress2"));
        args.addAll(options);
        List<String> operands = List.of("--", stage.directory() + "/", files.operand());
        transfer.send(request, new RsyncTransfer.Sending(args, operands), request.size());
    }
}
