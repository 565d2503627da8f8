package org.heratio.offsite.archive.gate;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a zip file in the order in which they stand in it. Nearly every directory has that order. Of another one, the
 * places of the next {@value #MOST_PLACES} entries are looked up together, so that memory stays bounded.
 */
final class ZipEntries {
    private static final int MOST_PLACES = 1 << 16;

    private final ZipDirectory directory;
    private final boolean inOrder;
    private final PriorityQueue<Place> places = new PriorityQueue<>(Comparator.comparingLong(Place::offset));
    private long at;
    private long returned;
    private long last = -1;

    ZipEntries(ZipDirectory directory, boolean inOrder) {
        this.directory = directory;
        this.inOrder = inOrder;
        this.at = directory.start();
    }

    /** The place of a record, and of the entry that it is about. */
    private record Place(long offset, long at, long number) {}

    /** Returns the next entry, or null behind the last one. */
    @Nullable
    ZipRecord next() throws IOException, Damaged {
        if (returned == directory.entries()) {
            return null;
        }
        ZipRecord entry = inOrder ? nextRecord() : nextPlace();
        returned++;
        last = entry.offset();
        return entry;
    }

    private ZipRecord nextRecord() throws IOException, Damaged {
        ZipRecord entry = directory.entry(at, returned + 1);
        at += entry.bytes();
        return entry;
    }

    private ZipRecord nextPlace() throws IOException, Damaged {
        if (places.isEmpty()) {
            lookUpPlaces();
        }
        Place place = places.poll();
        if (place == null) {
            throw new Damaged("two entries of its central directory are said to be at the same place", last);
        }
        return directory.entry(place.at, place.number);
    }

    private void lookUpPlaces() throws IOException, Damaged {
        PriorityQueue<Place> farthestFirst =
                new PriorityQueue<>(Comparator.comparingLong(Place::offset).reversed());
        long recordAt = directory.start();
        for (long number = 1; number <= directory.entries(); number++) {
            ZipRecord entry = directory.entry(recordAt, number);
            if (entry.offset() > last) {
                farthestFirst.add(new Place(entry.offset(), recordAt, number));
                if (farthestFirst.size() > MOST_PLACES) {
                    farthestFirst.remove();
                }
            }
            recordAt += entry.bytes();
        }
        places.addAll(farthestFirst);
    }
}
