/**
 * The demonstration: the main job on data of its own, with the same commands that a user types.
 * Nothing of it is used elsewhere.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.app.demo;
