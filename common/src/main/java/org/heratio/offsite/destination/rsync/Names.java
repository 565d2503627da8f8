package org.heratio.offsite.destination.rsync;

import java.util.List;
import java.util.stream.Stream;
import org.heratio.offsite.destination.DirectoryLayout;
import org.heratio.offsite.destination.PutRequest;

/** The names of the directories of unfinished puts at the host. */
final class Names {
    private Names() {}

    /** Returns the directory of an unfinished put, below {@link DirectoryLayout#PARTIAL}. */
    static String partial(PutRequest request) {
        return DirectoryLayout.partial(request.owner(), request.transferId());
    }

    /** Returns where an unfinished put's bytes arrive, below the root. */
    static String partialPayload(PutRequest request) {
        return DirectoryLayout.PARTIAL + "/" + partial(request) + "/payload";
    }

    /** Returns how many unfinished puts a host names, whatever they are called. */
    static int lines(Answer answer) {
        long more = answer.body()
                .lines()
                .filter(line -> line.startsWith("partial "))
                .count();
        return Math.toIntExact(more) + (answer.word().equals("partial") ? 1 : 0);
    }

    /** Returns what a host says that it has of an owner's unfinished puts; nothing in it that is not called like one. */
    static List<String> partials(String owner, Answer answer) {
        return Stream.concat(
                        Stream.of(answer.word() + " " + answer.rest()),
                        answer.body().lines())
                .filter(line -> line.startsWith("partial " + DirectoryLayout.partialsOf(owner)))
                .map(line -> line.substring("partial ".length()))
                .filter(name -> DirectoryLayout.isId(transferId(owner, name)))
                .toList();
    }

    /** Returns whose unfinished put it is, by {@link PutRequest#transferId}. */
    static String transferId(String owner, String partial) {
        return partial.substring(DirectoryLayout.partialsOf(owner).length());
    }
}
