#!/bin/sh
# Makes random secrets for docker-compose.yml, where there are none yet. Keep the passphrase in a second place: without it no copy opens.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

# of so many bytes, which are a multiple of three
random() {
    head -c "$1" /dev/urandom | base64 | tr '+/' '-_'
}

for name in amqp_password db_password db_root_password s3_key s3_secret passphrase grafana_password; do
    [ -e "secrets/$name" ] || random 24 >"secrets/$name"
done
for name in dashboard_token dashboard_read_token; do
    [ -e "secrets/$name" ] || random 33 >"secrets/$name"
done
printf 'default_user = offsite\ndefault_pass = %s\n' "$(cat secrets/amqp_password)" >secrets/rabbitmq_user.conf
# Docker hands files on with their owner and rights: those of the containers must be able to read them, and the directory keeps others out
chmod 644 secrets/*
