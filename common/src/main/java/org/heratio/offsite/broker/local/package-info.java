/**
 * The broker that lives in the JVM: the embedded default, without a server and without a disk.
 * No feature may come in here that RabbitMQ does not have, nor anything that outlives the process.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.broker.local;
