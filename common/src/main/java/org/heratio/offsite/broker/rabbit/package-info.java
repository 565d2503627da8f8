/**
 * The broker over RabbitMQ: connections that are thrown away at the first doubt, because the client's own recovery loses messages.
 * Only here may {@code io.vertx.rabbitmq} be imported, and nothing may come in that knows what is in an envelope.
 */
@org.jspecify.annotations.NullMarked
package org.heratio.offsite.broker.rabbit;
