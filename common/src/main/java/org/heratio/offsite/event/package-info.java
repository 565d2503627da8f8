/**
 * The messages of the pipeline as records, and the one codec that turns them into JSON and back.
 * No secret, no file content and no behaviour may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.event;
