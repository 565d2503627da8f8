package org.heratio.offsite.destination;

class MemoryOwnershipTest extends OwnershipContract {
    private final MemoryDestination memory = new MemoryDestination("s3");

    @Override
    protected Destination open() {
        return memory;
    }

    @Override
    protected Destination openAgain() {
        return memory;
    }

    @Override
    protected void plant(String name, byte[] bytes) {
        memory.copies.put(name, bytes);
    }
}
