#!/bin/sh
# Owns making the secrets of compose.yaml in ./secrets, once. Never overwrites one.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

# The folder keeps others on this machine out; the files are readable in the containers, whose users have other ids.
keep() {
  if [ ! -e "secrets/$1" ]; then
    cat > "secrets/$1"
    chmod 644 "secrets/$1"
  fi
}

random | keep secret_key
random | keep postgres_password
printf 'jimeng' | keep s3_user
random | keep s3_password
printf 'caller=%s' "$(random)" | keep api_keys
printf 'postgres://jimeng:%s@database:5432/jimeng' "$(cat secrets/postgres_password)" | keep database_url
printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
  "$(cat secrets/s3_user)" "$(cat secrets/s3_password)" | keep aws_credentials
printf '# One account a line: [name=][us-|hk-|jp-|sg-]session\n' | keep sessions
echo "Made what was missing in $(pwd)/secrets. Now write your accounts into secrets/sessions."
