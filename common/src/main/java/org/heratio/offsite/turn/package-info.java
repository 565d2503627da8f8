/**
 * The order in which archives that wait have their turn at a stage. Nothing of a particular stage may come in here.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.turn;
