/**
 * The stage that ships payloads to one destination.
 * What a payload is made of, and whether a copy is right, must not come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.uploader;
