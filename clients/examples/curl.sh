#!/usr/bin/env bash
# Holdfast's API with curl: signs in (or up), and does once everything that a task can go through.
#
#   HOLDFAST_URL=http://localhost:3000 EMAIL=you@example.com PASSWORD='your password' bash clients/examples/curl.sh
set -euo pipefail
: "${HOLDFAST_URL:?the address of the server, such as http://localhost:3000}"
: "${EMAIL:?the address of your account}" "${PASSWORD:?your password}"

# Passwords and tokens go through files that nobody else can read: everybody can read a command line.
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# call "STATUS…" METHOD PATH [OPTION OF CURL]…
# Sends a request and stops the program unless the answer's status is one of those that are expected.
call() {
  local expected=$1 method=$2 path=$3
  shift 3
  : >"$work/body"
  status=$(curl --silent --show-error --max-time 30 --request "$method" "$HOLDFAST_URL$path" \
    --output "$work/body" --dump-header "$work/headers" --write-out '%{http_code}' "$@")
  if [[ " $expected " != *" $status "* ]]; then
    echo "$method $path answered $status: $(cat "$work/body")" >&2
    exit 1
  fi
}

header() {
  awk -v name="$1:" 'tolower($1) == name { sub(/^[^:]*: */, ""); sub(/\r$/, ""); print }' "$work/headers"
}

# Good enough for tokens and numbers; for anything that may hold a quote, use jq.
field() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/body"
}

json_string() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# An old refresh token is soon good for nothing, so the new one is kept before anything else is done.
keep_tokens() {
  printf 'Authorization: Bearer %s\n' "$(field access_token)" >"$work/authorization"
  printf '{"refresh_token":"%s"}' "$(field refresh_token)" >"$work/refresh"
}

bearer=(--header "@$work/authorization")
json=(--header 'Content-Type: application/json')

printf '%s' "$EMAIL" >"$work/email"
printf '%s' "$PASSWORD" >"$work/password"
call '200 401' POST /api/auth/login --data-urlencode "username@$work/email" --data-urlencode "password@$work/password"
if [[ $status == 401 ]]; then
  printf '{"email":%s,"password":%s}' "$(json_string "$EMAIL")" "$(json_string "$PASSWORD")" >"$work/account"
  call 201 POST /api/auth/signup "${json[@]}" --data-binary "@$work/account"
  echo "Signed up as $EMAIL"
else
  echo "Signed in as $EMAIL"
fi
keep_tokens

# With a key of one's own a request can be sent again when its answer was lost: it stays one task.
once=(--header "Idempotency-Key: curl-$(date +%s)-$$-$RANDOM")
for _ in first again; do
  call 201 POST /api/tasks "${bearer[@]}" "${json[@]}" "${once[@]}" --data '{"title":"Try the API with curl","priority":"high"}'
  place=$(header location)
  tag=$(header etag)
done
echo "Added task $(field id), asked for twice"

# A cursor does not shift when tasks come and go meanwhile. Only the path of the next page is taken from the header:
# the token is for this server alone.
path='/api/tasks?limit=50&cursor='
pages=0
found=no
while [[ -n $path ]]; do
  call 200 GET "$path" "${bearer[@]}"
  pages=$((pages + 1))
  if grep -q '"title":"Try the API with curl"' "$work/body"; then found=yes; fi
  path=$(header link | sed -n 's|.*<[^>]*\(/api/[^>]*\)>; rel="next".*|\1|p')
done
if [[ $found == no ]]; then
  echo 'The new task is not in the list' >&2
  exit 1
fi
echo "Listed $(header x-total-count) tasks, pages: $pages"

call 200 PATCH "$place/complete" "${bearer[@]}" "${json[@]}" --header "If-Match: $tag" --data '{"completed":true}'
echo "Completed task $(field id)"

# The state of before is not the task's any more, so nothing is changed.
call 412 DELETE "$place" "${bearer[@]}" --header "If-Match: $tag"
call 200 GET "$place" "${bearer[@]}"
call 204 DELETE "$place" "${bearer[@]}" --header "If-Match: $(header etag)"
echo 'Deleted it, after an older state was refused'

call 200 POST /api/auth/refresh "${json[@]}" --data-binary "@$work/refresh"
keep_tokens
echo 'Refreshed the tokens'

call 200 POST /api/auth/logout "${bearer[@]}"
call 401 GET /api/auth/me "${bearer[@]}"
echo 'Signed out'
