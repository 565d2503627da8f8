/**
 * Holds what we write for people to what the code does: README, docs, JSON, help texts.
 * Tests of behaviour live with the code that behaves.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.docs;
