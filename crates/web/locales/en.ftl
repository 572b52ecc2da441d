### Messages of the web tool in English. Every message is a function in `src/text.rs`; `build.rs` generates it.
### To add a language, translate this file to locales/LOCALE.ftl; see docs/decisions/0028-fluent-catalogue.md.

## Layout and navigation

skip-to-content = Skip to content
main-navigation = Main
handoffs = Handoffs
import = Import
connect = Connect
audit-log = Audit log
settings = Settings
account = Account
switch-theme = Switch between light and dark
change-password = Change password
log-out = Log out
pages = Pages
first-page = First page
cancel = Cancel
back = Back

## Words in several tables and forms

name = Name
id = ID
status = Status
created = Created
role = Role
user = User
user-name = User name
password = Password
time = Time
action = Action
target = Target
details = Details
language = Language
sender = Sender
revoke = Revoke
revoked = Revoked
yes = yes
no = no
# A setting or detail without a value.
no-value = none
more-not-shown = { $count ->
    [one] { $count } more is not shown.
   *[other] { $count } more are not shown.
}

## Errors

error-bad-request = The request is invalid
error-forbidden = You do not have permission
error-not-found = Not found
error-method-not-allowed = This page cannot be used this way
error-stale = Somebody else saved a change first
error-last-administrator = An account needs an administrator
error-quota-reached = Limit reached
error-own-version = Another user must publish this version
error-own-user = You cannot do this to yourself
error-archived = This handoff is archived
error-conflict = This is not possible now
error-too-large = Too much data
error-too-many-requests = Too many requests
error-unavailable = Temporarily unavailable
error-internal = Something went wrong
error-other = The request failed
error-reference = Status { $status } · request { $request }
go-to-handoffs = Go to handoffs
try-again = Try again
no-right = Your role does not allow this. Ask an administrator of your account.
no-access = No access to handoffs
no-access-role = You are logged in as { $name }. Your role, { $role }, cannot see handoffs.
no-access-ask = Ask an administrator of account { $account } for another role.
form-incomplete = The form arrived incomplete, so nothing was changed. Send it again.
form-unreadable = The form cannot be read. Send it again.
form-from-other-site = This form was sent from another site, so nothing was changed.
form-from-other-session = This form belongs to another session, so nothing was changed. Reload the page and try again.

## Messages after an action

notice-set-up = Setup is complete. You are logged in as the administrator.
notice-saved = Saved.
notice-published = Published. The configuration API now returns this version.
notice-unpublished = Unpublished. The configuration API no longer returns this handoff.
notice-archived = Archived. You can restore the handoff with its history.
notice-undone = Undone. The handoff is in its previous state.
notice-restored = Restored as a draft.
notice-version-restored = Saved as a new version. Publish it to use it.
notice-settings-saved = Settings saved.
notice-consumer-erased = The consumer was erased.
notice-file-deleted = File deleted.
notice-client-revoked = Client revoked. Its tokens are no longer accepted.
notice-api-key-revoked = API key revoked. Its requests are no longer accepted.
notice-user-revoked = User revoked. The user’s sessions have ended.
notice-role-changed = Role changed. It applies to the user’s next request.
notice-password-changed = Password changed. Your other sessions have ended.
notice-password-changed-log-in = Your password was changed and your sessions have ended. Log in with the new password.

## Sessions

log-in = Log in
setup-open = This installation has no administrator yet. { $link }
setup-link = Set it up
form-kept = Your input was kept. Log in to continue.
session-ended = Your session has ended. Log in again to continue.
session-ended-form-lost = Your session ended before the form was sent, and your input could not be kept. Log in and enter it again.
too-many-failed-logins = Too many failed attempts. Try again in { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}.
too-many-requests = Too many requests. Try again in a few seconds.
wrong-credentials = Account, user name or password is wrong.
welcome-back = Welcome back
form-not-sent = Your input was kept, but it is not saved yet.
send-form = Save it now
discard-form = Discard it and go to handoffs
old-password = Current password
new-password = New password
new-password-again = Repeat the new password
password-hint = At least 10 characters.
change-password-hint = This ends your sessions in other browsers and in the API.
passwords-differ = The passwords differ. Enter the same password twice.
new-passwords-differ = The new passwords differ. Enter the same password twice.
old-password-wrong = The current password is wrong.

## Setup

setup-page = Setup
setup-title = Welcome to Outbound
setup-intro = Create the first account and its administrator. You need the code that the server printed when it started.
setup-code = Code
setup-account-hint = The brand’s account number, such as 12345678: letters, digits, _ or -.
password-again = Repeat the password
create-administrator = Create administrator
setup-closed = The setup is already complete.

## Connect

connect-read-title = Read the published handoffs
connect-intro-administrator = Programs read handoffs with the ID and secret of a client. { $link } and insert both below.
connect-create-client = Create a client
connect-intro = Programs read handoffs with the ID and secret of a client. Ask an administrator for a client.
connect-more = More
connect-api-documentation = API documentation, with a form to try each request
connect-openapi = OpenAPI specification

## Audit log

audit-intro = Changes to access, settings and handoffs, and rejected attempts, newest first. Entries cannot be changed or deleted.
audit-empty-title = No entries yet
audit-empty = Changes in this account will appear here.
older-page = Older entries
audit-client-created = Client created
audit-client-revoked = Client revoked
audit-api-key-created = API key created
audit-api-key-revoked = API key revoked
audit-user-created = User created
audit-user-revoked = User revoked
audit-password-changed = Password changed
audit-role-changed = Role changed
audit-login-locked = Logins locked
audit-handoffs-imported = Handoffs imported
audit-handoff-created = Handoff created
audit-handoff-saved = Handoff saved
audit-handoff-published = Handoff published
audit-handoff-unpublished = Handoff unpublished
audit-handoff-archived = Handoff archived
audit-handoff-restored = Handoff restored
audit-settings-changed = Settings changed
audit-webhook-created = Webhook created
audit-webhook-deleted = Webhook deleted
audit-webhook-disabled = Webhook disabled
audit-webhook-enabled = Webhook enabled
audit-webhook-secret-rotated = Webhook secret rotated
audit-campaign-launched = Campaign launched
audit-campaign-paused = Campaign paused
audit-campaign-resumed = Campaign resumed
audit-campaign-cancelled = Campaign cancelled
audit-campaign-retried = Failed messages of a campaign retried
audit-lane-resumed = Sender resumed
audit-recipient-resolved = Decision about a message with an unknown outcome
audit-consumer-erased = Consumer erased
audit-opt-out-added = Opt-out added
audit-opt-out-removed = Opt-out removed
audit-connection-created = Connection created
audit-connection-deleted = Connection deleted
audit-connection-callback-rotated = Path of callbacks replaced
audit-conversation-closed = Conversation closed
audit-signing-key-created = Signing key created
# Settings without a value, in the details of an entry.
audit-any-host = any
audit-limit-of-installation = limit of the installation
audit-no-limit = no limit

## Clients, API keys and users

clients = Clients
api-keys = API keys
users = Users
permissions = Permissions
shown-once = Copy this now. It is shown only once.
older-entries = { $count ->
    [one] { $count } older entry is not shown. To list all, run { $command }.
   *[other] { $count } older entries are not shown. To list all, run { $command }.
}
client-name-placeholder = The program that will use it

new-client = New client
create-client = Create client
try-client = Try it
scope-read = Read published handoffs
scope-write = Create and change handoffs
scope-reports = Read reports
scope-events = Send events of messages
scope-campaigns-read = Read campaigns
scope-campaigns-write = Change opt-outs and decide about single recipients
scope-campaigns-launch = Launch, pause and cancel campaigns
no-clients = No clients yet. Programs need a client to read handoffs.
client-not-found = This account has no such client.
revoke-client-title = Revoke the client { $name }?
revoke-client-consequence = Its tokens stop working immediately. This cannot be undone.
revoke-client-confirm = Revoke client

new-api-key = New API key
create-api-key = Create API key
api-key-hint = For programs that sign requests with OAuth 1.0. API keys can only read. An account can have up to { $max }, including revoked keys.
app-key = App key
app-secret = Secret
access-token = Access token
access-token-secret = Access token secret
no-api-keys = No API keys yet.
api-key-not-found = This account has no such API key.
revoke-api-key-title = Revoke the API key { $name }?
revoke-api-key-consequence = Requests signed with it are rejected immediately. This cannot be undone.
revoke-api-key-confirm = Revoke API key

new-user = New user
create-user = Create user
new-password-hint = Ask the user to change the password after logging in.
you = You
change = Change
role-of = Role of { $user }
change-role-of = Change the role of { $user }
role-option = { $role }: { $description }
role-administrator = Administrator
role-campaign-manager = Campaign manager
role-lpa = LPA
role-agent-manager = Agent manager
role-agent = Agent
role-does-everything = full access
role-edits-handoffs = edit and publish handoffs
role-reads-everything = read everything
role-sees-no-handoffs = no access to handoffs
own-user = You cannot change your own role or revoke yourself. Ask another administrator.
user-not-found = This account has no such user.
reset-password-title = Set a new password for { $user }?
reset-password-consequence = The user’s sessions end and the current password stops working. The new password is shown once.
reset-password-confirm = Create new password
revoke-user-title = Revoke the user { $user }?
revoke-user-consequence = The user’s sessions end. This cannot be undone, and the name cannot be used again.
revoke-user-confirm = Revoke user

## Channels

channel-whatsapp = WhatsApp
channel-sms = SMS
channel-apple = Apple Messages
channel-rcs = RCS
channel-in-app = In-app

## Editor: fields

handoff-name-hint = Unique in the account. Consumers do not see it.
lookback-days = Lookback period, days
lookback-days-hint = 0 to 30.
lookback-hours = Lookback period, hours
lookback-hours-hint = 0 to 23, in addition to the days.
route-reopened = Also route reopened conversations within the lookback period
language-hint = For example en or pt_BR.
sender-whatsapp-hint = The business number, digits only.
sender-sms-hint = A number such as +14155550100, a short code or a name.
sender-apple-hint = The business ID.
sender-rcs-hint = If given, the same as the service account.
template-name = Template name
template-name-hint = As in WhatsApp: lowercase letters, digits and _.
namespace = Namespace
namespace-hint = The namespace of the WhatsApp Business account.
service-account = Service account
service-account-hint = The RCS account that sends the message.
card-orientation = Card orientation
not-set = Not set
vertical = Vertical
horizontal = Horizontal
apps = Apps
apps-hint = One bundle ID per line, such as com.example.shop.
body-text = Text
url = URL
media-url-hint = https://…, or a placeholder for the URL.
image-or-video = Image or video
height = Height
height-short = Short
height-medium = Medium
height-tall = Tall
height-hint = For vertical cards.
alignment = Image alignment
alignment-hint = For horizontal cards.
left = Left
right = Right
opt-out = Opt-out line
opt-out-hint = Added after the text, on its own line.
header = Header
header-type = Header type
text-or-url = Text or URL
header-text = Header text
header-url = URL, https://…
image = Image
document = Document
video = Video
audio = Audio
media = Media
footer = Footer
footer-hint = Small text below the message, without placeholders.
button = Button
button-label = Label
button-type = Button type
button-quick-reply = Quick reply
button-visit-website = Visit website
button-call = Call phone number
button-url-hint = The page to open, for the type Visit website.
phone-number = Phone number
phone-number-hint = With + and country code, for the type Call phone number.
card-title = Title
card-title-hint = A message with a title is sent as a card.
is-clickable = Open a URL on tap
destination-url = URL to open
message = Message
message-hint = Shown in the app.
notification-title = Notification title
notification-text = Notification text
same-message = Use the message as notification text
sample-of = Sample { $placeholder }
placeholder-numbers = Placeholder numbers
components = Components
channels = Channels
expected-number = Expected a whole number.

## Editor

handoff = Handoff
refresh = Refresh
preview = Preview
preview-of = Preview of { $channel }
back-to-fields = Back to fields
unsupported-channel = The editor does not support this channel type. The channel is kept unchanged.
unsupported-component = The editor does not support this component type. The component is kept unchanged.
samples = Sample values
samples-hint = for the preview and length checks; they are not sent
insert-placeholder = Insert placeholder
add = Add
add-channel = Add channel
move-up = Move up
move-down = Move down
remove = Remove
fix = Fix
no-findings = No findings
error-count = { $count ->
    [one] { $count } error
   *[other] { $count } errors
}
warning-count = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
details-missing = { $count ->
    [one] { $count } detail missing
   *[other] { $count } details missing
}
error-prefix = Error:
warning-prefix = Warning:
form-too-large = The form is too large. A handoff can have up to { $max-channels } channels, { $max-components } components per channel and { $max-fields } fields in the editor. Edit larger handoffs as a file.
form-unknown-field = The form contains an unknown field: { $field }.
form-duplicate-field = The form contains the field { $field } twice.
form-for-other-version = The handoff has changed and this form no longer fits. Open the editor again.
form-unavailable = This handoff cannot be edited in a form.
unknown-operation = The form has no such button.
operation-outdated = The form has changed, so this button no longer applies. Check the form and try again.
too-many-parts = A handoff can have up to { $max-channels } channels, and a channel up to { $max-components } components.

# Shown by the script.
preview-outdated = The preview is out of date. { $reason }
preview-retrying = { $reason } Trying again in { $seconds } s.
server-slow = The server has not responded yet.
server-busy = Too many requests.
server-failed = The server cannot respond at the moment.
server-unreachable = The server cannot be reached.
form-rejected = The server rejected the form (status { $status }).
logged-out-while-editing = Your session has ended. Your input is kept when you save.
unsaved-input-found = This tab has unsaved changes from before.
restore-input = Restore
discard-input = Discard

## Previews

no-channels-to-preview = No channels yet.
no-preview = No preview is available for this channel.
from = From
business = Business
no-text = no text
no-label = no label
no-url = no URL
sends-quick-reply = sends a quick reply
opens-url = opens { $url }
calls-number = calls { $number }
unknown-button-type = unknown button type { $kind }
and-more = and { $count } more
media-from = { $kind } from { $host }
segment = Segment
cut-here = (cut here)
more-characters = and { $count ->
    [one] { $count } more character
   *[other] { $count } more characters
}
sample-value-of = Sample value of placeholder { $number }
no-sample-value-of = Placeholder { $number } has no sample value
no-sample-for = no sample value for
not-in-gsm7 = Not in GSM-7
not-in-gsm7-remove = Not in GSM-7; remove it
not-in-gsm7-replace = Not in GSM-7; replace it with { $replacement }
read-more = … Read more
see-all-options = See all options
all-options = All options
buttons = Buttons
suggestions = Suggestions
card-suggestions = Suggestions in the card
quick-replies = Quick replies
your-app = Your app
lock-screen = Lock screen
in-the-app = In the app
now = now
whatsapp-read-more = WhatsApp shows the first five lines of a marketing message, and the rest after a tap on “Read more”.
missing-samples = No sample value for
components-not-shown = { $count ->
    [one] { $count } component is not shown, because its type is unknown or there are too many of its type.
   *[other] { $count } components are not shown, because their types are unknown or there are too many of one type.
}
other-script = { $count ->
    [one] { $count } character is not in GSM-7, so a segment holds 70 characters instead of 160.
   *[other] { $count } characters are not in GSM-7, so a segment holds 70 characters instead of 160.
}
characters-not-in-gsm7 = Not in GSM-7:
remove-character = remove
replace-character = replace with { $replacement }
segment-count = { $count ->
    [one] { $count } segment
   *[other] { $count } segments
}
at-least-segments = at least { $count ->
    [one] { $count } segment
   *[other] { $count } segments
}
segments = Segments
segment-number = Segment { $number }
segment-usage = { $units } of { $max }
septets = { $count ->
    [one] { $count } septet
   *[other] { $count } septets
}
code-units = { $count ->
    [one] { $count } code unit
   *[other] { $count } code units
}
apple-as-sms = Sent as an SMS, it has:
apple-unsupported-buttons = Apple Messages does not support these buttons:
ios-lock-screen = the iOS lock screen
ios-banner = iOS banners
android-collapsed = Android (collapsed)
android-expanded = Android (expanded)
notification-title-cut = The title is cut after about 50 characters.
notification-cut = The notification is cut on { $devices }.
app-count = { $count ->
    [one] Sent to { $count } app.
   *[other] Sent to { $count } apps.
}
image-opens = The image opens { $url }

## List of handoffs

new-handoff = New handoff
all-states = All
draft = Draft
drafts = Drafts
published = Published
unpublished-changes = Unpublished changes
archived = Archived
# A number without a noun, such as in a tab.
number = { $number }
search = Search
search-placeholder = Name, ID or message text
channel = Channel
any = Any
sort-by = Sort by
sort-last-changed = Last changed
sort-newest = Newest first
sort-oldest = Oldest first
with-errors = With errors
findings = Findings
last-changed = Last changed
next-page = Next page
no-channels-yet = none yet
no-match = No handoffs match.
no-match-hint = Change the search or the filters.
no-match-archived = Archived handoffs have their own tab.
clear-filters = Show all
all-archived = All handoffs are archived
archived-count = { $count ->
    [one] { $count } handoff is archived.
   *[other] { $count } handoffs are archived.
}
show-archived = Show archived handoffs
no-handoffs = No handoffs yet
no-handoffs-hint = A handoff is an outbound message with a configuration for each channel.
create-first-handoff = Create the first handoff
import-file = Import a file
just-now = just now
minutes-ago = { $count } min ago
hours-ago = { $count } h ago
days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
# In the path of a detail, such as: component 2 › content.
component-number = component { $number }
components-place = components

## Actions on a handoff

unpublish = Unpublish
unpublish-title = Unpublish { $name }?
unpublish-consequence = The configuration API will no longer return it. You can undo this.
archive = Archive
archive-title = Archive { $name }?
archive-consequence = The configuration API will no longer return it, and its name can be used again. The history is kept. You can undo this.
action-stale = Nothing was changed, because somebody has changed this handoff since you opened the page. This is its current state.
action-own-version = You saved this version yourself. In this account, another user must publish it.
publish-with-errors = Not published: the provider would reject this message. Fix the errors below first.
edit-title = Edit { $name }
discard-changes = Discard changes
version-note = Version note
optional = Optional
save = Save
save-and-review = Save and review
# The same button on narrow screens.
save-and-review-short = Review
conflict = This handoff has changed
conflict-details = You opened version { $base }. Since then, { $user } has saved version { $latest }. Your input is still in the form. If you save it, it replaces the newer version, which has these changes:
discard-and-edit-newer = Discard your changes and edit the newer version

## Versions

history = History
versions = Versions
version = Version
compare-from = Compare from
compare-to = Compare to
compare-from-version = Compare from version { $number }
compare-to-version = Compare to version { $number }
compare-selected = Compare selected versions
older-versions = Older versions
saved = Saved
saved-by = Saved by
note = Note
restore = Restore
restore-version = Restore version { $number }
restore-version-title = Restore version { $number } of { $name }?
restore-version-consequence = A new version { $new } gets the content of version { $number }. Version { $latest } stays in the history. The published version does not change until you publish.
no-differences = No differences.
added = Added
removed = Removed
changed = Changed
moved = Moved
before = Before:
after = After:
without-text = without text

## Settings

domains = Domains
domains-hint = The hosts of the services, as the domain API returns them.
rules-and-limits = Rules and limits
rule-set = Limits
rule-set-provider = Limits of the channel’s provider
rule-set-liveperson = Also LivePerson’s narrower limits
media-hosts = Permitted media hosts
media-hosts-hint = One per line, such as cdn.example.com. Previews show images from these hosts. If empty, media may come from any host and previews show no images.
publishing = Publishing
four-eyes = Users cannot publish versions that they saved themselves
reports = Reports
report-all-channels = Include RCS and Apple Messages in the reporting API (LivePerson’s own API does not report them)
rate = Requests per second
rate-hint = For the account’s API clients. Pages of this tool do not count. Empty: the installation’s limit. 0: no limit.
invalid-rate = Requests per second must be a whole number, or empty for the installation’s limit.
rule-levels = Rule levels
rule-levels-hint = One per line: the name of a rule and { $off }, { $warning } or { $error }, such as { $example }.
invalid-level = The line “{ $line }” is not a rule level. Write the name of a rule and { $off }, { $warning } or { $error }.
all-rules = Names of all rules
save-settings = Save settings
settings-changed = Not saved: somebody else has changed the settings. Save again to replace their changes.
relax-checks-title = Save less strict rules?
relaxed-four-eyes = Users will be able to publish versions that they saved themselves.
relaxed-limits = LivePerson’s narrower limits will no longer be checked.
relaxed-media-hosts = Media will be accepted from any host.
relaxed-rule-off = The rule { $name } ({ $id }) will no longer be checked.
relaxed-rule-warning = The rule { $name } ({ $id }) will no longer prevent publishing.

## Page of a handoff

handoff-not-found = This account has no such handoff.
edit = Edit
undo = Undo
publish = Publish
publish-version = Publish version { $number }
review-and-publish = Review and publish
restore-as-draft = Restore as a draft
changes-and-review = Changes and review
consumers-see = What consumers see now: version { $number }
consumers-will-see = What consumers will see after publishing
draft-version = Draft: version { $number }, which consumers do not see yet
archived-version = Archived: version { $number }, which consumers do not see
lookback-period = Lookback period
lookback-duration = { $days ->
    [one] { $days } day
   *[other] { $days } days
}, { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}
routing = Routing
routing-all = New and reopened conversations
routing-new = Only new conversations
last-saved = Last saved
last-saved-details = { $time } by { $user }, version { $version }
version-number = Version { $number }
not-published-yet = Not published yet.
not-saved = Not saved: { $reason }
not-saved-invalid-fields = Not saved: some fields are invalid. They are marked below.
not-saved-conflict = Not saved: somebody else has saved this handoff.
already-created = This form has already created a handoff. Save again to create another one.

## Review and comparison

review = Review
review-archived = This handoff is archived. Restore it before you publish it.
review-nothing = The newest version is published. There is nothing to review.
review-errors = The provider would reject this message. Fix the errors before you publish.
review-own-version = You saved this version, so another user must publish it. Send them the link to this page.
review-first = Not published yet. After publishing, the configuration API returns this version.
review-changes = An older version is published. Publishing replaces it with this version.
undo-restore = Undo: restore version { $number }
changes-since-published = Changes since the published version
compare-versions = Compare versions
compared-versions = Version { $old } to version { $new }
choose-versions = Choose two versions in the history to compare them.
version-saved = Version { $number } was saved { $time } by { $user }.
layout = Layout
side-by-side = Side by side
inline = Inline

## Download

download = Download
download-as = Download as { $format }
format-liveperson = LivePerson
format-meta = Meta message templates
format-twilio = Twilio Content
format-rbm = Google RCS (RBM)
no-channel-for-format = This format does not support any of the channels.
nothing-lost = No details will be lost.
details-lost = { $count ->
    [one] { $count } detail will be lost
   *[other] { $count } details will be lost
}

## Import

account-zone = Time zone
account-zone-hint = For recipients whose own time zone is not known, such as Europe/Berlin. Empty: UTC.
conversation-hours = Hours until a conversation counts as closed
conversation-hours-hint = Consumers with an open conversation get no messages of campaigns. 1 to 720 hours after the last message.
invalid-conversation-hours = The hours until a conversation counts as closed must be a whole number from 1 to 720.
brand-name = Name of the brand
brand-name-hint = Begins the answer to HELP, if that has no text of its own.
answer-help = Answer HELP
help-text = Answer to HELP
help-text-hint = Empty: a neutral text that says how to get no more messages. Twilio answers HELP itself, unless this is switched off there.
stop-keywords = Keywords that stop messages
start-keywords = Keywords that start messages again
help-keywords = Keywords that ask for help
keywords-hint = One per line, in addition to the built-in ones.
campaign-skills = Skills of campaigns
campaign-skills-hint = One per line. Campaigns cannot name others. If empty, all are accepted.
default-skill = Default skill
default-skill-hint = Gets replies that arrive after the lookback period. Empty: no skill.
personal-info = Accept personalInfo and customerInfo in campaigns
import-defaults = Default values for imported channels
import-defaults-hint = Files of Meta, Twilio and Google do not contain a sender, for example. Channels without a value of their own get the value from here.
invalid-default = { $field }: { $problem }.
default-whatsapp-sender = WhatsApp sender
default-whatsapp-namespace = WhatsApp namespace
default-whatsapp-language = WhatsApp language
default-sms-sender = SMS sender
default-sms-language = SMS language
default-rcs-sender = RCS sender
default-rcs-service-account = RCS service account
default-rcs-language = RCS language
import-intro = Handoffs as the configuration API returns them, Meta message templates, Twilio Content or Google RCS messages, as JSON of up to 1 MB. You see a preview before anything is saved. For larger files, use { $command }.
import-json-file = File
import-paste = Or paste JSON
import-format = Format
import-detect = Detect automatically
import-channel = Channel for Twilio Content
import-channel-auto = Determined by the content type
import-name = Name for RCS messages
import-name-placeholder = Their format contains no name
import-value-placeholder = For channels without one
preview-import = Preview import
download-published = Download all published
import-choose-file = Choose a file or paste JSON.
import-not-json = This is not valid JSON: line { $line }, column { $column }: { $problem }.
import-unknown-format = The format is unknown. Choose a format, or check that this is the right file.
import-nothing-done = Nothing was imported, because some handoffs were rejected. The preview shows which.
import-still-running = The import takes longer than usual, for example because others are running. It continues. Look for its handoffs in a minute; if they are missing, import the file again.
import-no-preview-yet = The preview takes too long, for example because imports are running. Nothing was imported. Request the preview again in a minute.
import-preview = Import preview
imported-json = Imported JSON
save-as = Save as
import-published = Published. Handoffs with errors or channels of unknown types stay drafts.
import-four-eyes = In this account, users cannot publish versions that they saved themselves.
import-new-count = { $count ->
    [one] { $count } new handoff
   *[other] { $count } new handoffs
}
import-updated-count = { $count } updated
import-unchanged-count = { $count } unchanged
import-draft-count = { $count ->
    [one] { $count } kept as a draft
   *[other] { $count } kept as drafts
}
import-rejected-count = { $count } rejected
import-new = New
import-updated = Updated
import-unchanged = Unchanged
import-is-published = published
import-is-draft = draft
import-rejected = Rejected:
import-outcome = { $action }, { $state }
import-outcome-version = { $action }, version { $version }, { $state }
import-differences = { $count ->
    [one] { $count } difference from the stored version
   *[other] { $count } differences from the stored version
}
imported = Imported
imported-handoffs = Imported handoffs
import-result = Result
import-more = Import more
nothing-to-undo = Nothing to undo
restore-in-history = Restore version { $number } in the history
archive-on-page = Archive it on its page

## Languages and regions, by their codes (ISO 639, ISO 3166-1)

language-name = { $code ->
    [af] Afrikaans
    [am] Amharic
    [ar] Arabic
    [az] Azerbaijani
    [be] Belarusian
    [bg] Bulgarian
    [bn] Bengali
    [bs] Bosnian
    [ca] Catalan
    [cs] Czech
    [da] Danish
    [de] German
    [el] Greek
    [en] English
    [es] Spanish
    [et] Estonian
    [eu] Basque
    [fa] Persian
    [fi] Finnish
    [fil] Filipino
    [fr] French
    [ga] Irish
    [gl] Galician
    [gu] Gujarati
    [ha] Hausa
    [he] Hebrew
    [hi] Hindi
    [hr] Croatian
    [hu] Hungarian
    [hy] Armenian
    [id] Indonesian
    [is] Icelandic
    [it] Italian
    [ja] Japanese
    [ka] Georgian
    [kk] Kazakh
    [kn] Kannada
    [ko] Korean
    [ky] Kyrgyz
    [lo] Lao
    [lt] Lithuanian
    [lv] Latvian
    [mk] Macedonian
    [ml] Malayalam
    [mr] Marathi
    [ms] Malay
    [nb] Norwegian
    [nl] Dutch
    [no] Norwegian
    [pa] Punjabi
    [pl] Polish
    [ps] Pashto
    [pt] Portuguese
    [ro] Romanian
    [ru] Russian
    [si] Sinhala
    [sk] Slovak
    [sl] Slovenian
    [sq] Albanian
    [sr] Serbian
    [sv] Swedish
    [sw] Swahili
    [ta] Tamil
    [te] Telugu
    [th] Thai
    [tr] Turkish
    [uk] Ukrainian
    [zh] Chinese
   *[other] { $code }
}
region-name = { $code ->
    [ae] United Arab Emirates
    [ar] Argentina
    [at] Austria
    [au] Australia
    [be] Belgium
    [br] Brazil
    [ca] Canada
    [ch] Switzerland
    [cl] Chile
    [cn] China
    [co] Colombia
    [cr] Costa Rica
    [de] Germany
    [do] Dominican Republic
    [ec] Ecuador
    [eg] Egypt
    [es] Spain
    [fr] France
    [gb] United Kingdom
    [hk] Hong Kong
    [hn] Honduras
    [ie] Ireland
    [in] India
    [it] Italy
    [mx] Mexico
    [nl] Netherlands
    [nz] New Zealand
    [pa] Panama
    [pe] Peru
    [pt] Portugal
    [sa] Saudi Arabia
    [sg] Singapore
    [tw] Taiwan
    [us] United States
    [uy] Uruguay
    [za] South Africa
   *[other] { $code }
}
language-in-region = { $language } ({ $region })

## Reports

overview = Overview
messages-of-a-day = Messages of a day
filters = Filters
from-day = From
to-day = To
day = Day
day-in-utc = Day (UTC)
show = Show
sent-with = Sent with
app-proactive = Proactive Messaging
app-connect-to-messaging = Connect To Messaging
skill = Skill
source = Source
handoff-id = Handoff ID
source-api = API
source-ui = Web tool
source-workflow = Workflow
report-files = Files
report-files-hint = Files are written in the background, stored encrypted, and deleted after { $days } days. Days are in UTC.
no-report-files = No files yet.
new-report-file = New file
report = Report
report-of-messages = Messages
report-of-messages-and-addresses = Messages with addresses
report-of-totals = Totals by day, channel and skill
file-format = File format
with-addresses = With the addresses of consumers
create-file = Create file
delete = Delete
delete-file = Delete file
delete-file-title = Delete this file? { $title }
erase = Erase
erase-consumer = Erase a consumer
erase-consumer-hint = Deletes the consumer’s address, personal data in campaigns, and all files with reports. Figures do not change. Messages that wait for this consumer are not sent.
erase-consumer-title = Erase the consumer { $address }?
erase-consumer-consequence = The address, personal data in campaigns and all files with reports are deleted. This cannot be undone. An opt-out stays in effect.
no-message-with-address = No message of this account has this address. Check the spelling: phone numbers begin with + and the country code.
delete-file-consequence = The file can be created again as long as the messages are kept.
file-title = { $report }, { $app }, { $from } to { $to } ({ $format })
file-running = { $count ->
    [one] Being written, { $count } message so far
   *[other] Being written, { $count } messages so far
}
file-ready = Ready, { $kilobytes } KB
file-failed = Failed. Choose a shorter period or filters, and create the file again.
file-not-found = There is no such file. Files are deleted after some days.
period-hint = Whole days in UTC, at most { $days }. Messages are counted on the day of their attempt, so late events change earlier days.
period-reversed = The period ends before it begins. Exchange the two dates.
period-too-long = The period has more than { $days } days. Choose a shorter one.
period-too-old = Data is kept for 13 months. The earliest day is { $date }.
not-a-date = { $date } is not a date. Enter year, month and day, such as 2026-09-14.
unknown-app = { $name } is unknown. Choose one of: { $names }.
invalid-offset = The offset { $offset } is invalid. It is a number from 0 to { $maximum }.
funnel = Funnel
funnel-description = A bar for each step. The table contains the numbers.
step = Step
messages = Messages
of-attempted = Of attempted
of-previous-step = Of previous step
total = Total
attempted = Attempted
eligible = Eligible
invited = Invited
sent = Sent
delivered = Delivered
read = Read
conversations = Conversations
failed = Failed
skipped = Skipped
of-these-skipped = Of these, skipped
pending = Pending
cancelled = Cancelled
responded = Responded
not-sent = Not sent
conversation-created = Conversation created
conversation-closed = Conversation closed
survey-answered = Survey answered
opted-in = Opted in
opted-out = Opted out
by-channel = By channel
by-channel-hint = Below each number: its share of attempted messages · of the previous step.
channels-not-in-api = The vendor’s reporting API does not define RCS and Apple Messages, so the API of this account leaves them out. An administrator can change this in the settings.
by-day = By day
by-day-description = A line for each count. The table contains the numbers.
errors = Errors
error = Error
no-errors = No errors in this period.
meaning = Meaning
what-to-do = What to do
last-day-with-it = Last day
messages-with-error = messages with { $error }
unknown-error = This error is not in the dictionary.
unknown-error-advice = Look up source and code in the documentation of the sender or the provider.
no-messages-match = No messages
no-messages-match-hint = No message was attempted in this period with these filters. Change the period or the filters.
no-messages-of-day-hint = No message was attempted on this day with these filters. Change the day or the filters.
how-numbers-are-counted = How the numbers are counted
attempted-definition = Messages that were started.
eligible-definition = Messages whose consumer can receive them. Messages that were not sent because of error 1001 of proactive or c2m are not eligible.
sent-definition = Messages that the gateway accepted. A delivery, read or reply proves it, too.
delivered-definition = Messages that the gateway reported as delivered. WhatsApp may leave this out when a message is read, so more messages can be read than delivered.
read-definition = Messages that were read. Never reported for SMS.
conversations-definition = Messages with a reply, which created a conversation.
failed-definition = Messages that were not sent and never will be: attempted − sent − pending. Failures after sending are only in the table of errors.
skipped-definition = Messages that were not sent because the consumer had opted out or had an open conversation. They are part of failed and have no error.
pending-definition = Messages that are neither sent nor failed yet.
day-definition = The day of the attempt in UTC.
same-numbers-from-api = The same numbers from the API
same-numbers-hint = The response has a row for each day, channel and skill. The client needs the permission reports.read.
channel-not-in-api = The reporting API of this account does not report this channel. An administrator can change this in the settings.
no-messages-yet = No messages yet
no-messages-yet-details = Reports show what happened to every message: sent, delivered, read, answered or failed, and why. They count the events that your sending system reports. Events may arrive late, twice and in any order.
events-by-api = Send events to the API
events-by-api-administrator = { $link } with the permission { $scope } and insert its ID and secret.
events-by-api-others = Ask an administrator for a client with the permission { $scope } and insert its ID and secret.
events-by-api-hint = The example reports a message and its delivery, which are shown here within a second.
events-by-file = Import a file
events-by-file-hint = With one event per line, on a machine that can reach the database.
events-more = All events and their fields are in the documentation.
time-of-attempt = Attempted at
previous-page = Previous page
message-not-found = This account has no such message. Messages are deleted after 13 months.
messages-of-this-day = Messages of this day
attempt-missing = This message is not in the figures yet: its “attempted” event, which contains its channel and skill, has not arrived.
time-line = Time line
time-in-utc = Time (UTC)
after-previous-step = After previous step
after-attempt = After attempt
step-not-reported = Not reported; a later event proves it.
conversation = Conversation
survey-score = Survey score
address = Address
address-masked = Only administrators see the whole address.
address-unknown = Not reported, or erased
first-tried = first tried { $channel }
at-first = at first { $skill }
campaign = Campaign
ivr-number = IVR number
reports-of-handoff = Reports of this handoff

## Campaigns

campaigns = Campaigns
recipients = Recipients
recipient = Recipient
all-recipients = All recipients
recipient-number = Recipient { $number }
progress = Progress
progress-summary = { $done } of { $total } done, { $share }
progress-hint = Sent: a provider accepted the message. Reports show whether it was delivered. Waiting messages are sent when the windows of their recipients open.
share = Share
waiting = Waiting
in-flight = In flight
expired = Expired
outcome-unknown = Outcome unknown
outcomes-unknown = { $count ->
    [one] { $count } outcome unknown
   *[other] { $count } outcomes unknown
}
outcomes-unknown-details = { $count ->
    [one] It is not known whether the provider accepted { $count } message. It is not sent again until a user decides.
   *[other] It is not known whether the provider accepted { $count } messages. They are not sent again until a user decides.
}
running = Running
paused = Paused
finished = Finished
paused-automatically = Paused automatically:
paused-by-user = A user paused this campaign. Administrators find their name in the audit log.
plain-sms = Plain SMS, without a handoff
channels-in-order = Channels
windows = Windows
weekday = { $day ->
    [MONDAY] Monday
    [TUESDAY] Tuesday
    [WEDNESDAY] Wednesday
    [THURSDAY] Thursday
    [FRIDAY] Friday
    [SATURDAY] Saturday
   *[SUNDAY] Sunday
}
window = { $day } { $start } to { $end }
window-all-day = { $day }, all day
windows-always = At any time, every day.
default-windows = SMS from 08:00 to 21:00, other channels at any time.
windows-hint = In the local time of each recipient.
ends-at-latest = Ends no later than
launch = Launch
pause = Pause
resume = Resume
cancel-campaign = Cancel campaign
retry-failed = Retry failed
launch-title = Launch { $name }?
launch-consequence = { $count ->
    [one] One consumer gets a message. Messages that were sent cannot be taken back.
   *[other] { $count } consumers get a message. Messages that were sent cannot be taken back.
}
cancel-campaign-title = Cancel { $name }?
cancel-campaign-consequence = Waiting recipients get no message, and the campaign cannot be resumed. Messages in flight are not affected.
retry-title = Retry the failed messages of { $name }?
retry-consequence = All failed messages are sent again, each as another message in reports.
send-again = Send again
send-again-title = Send again to recipient { $number }?
send-again-consequence = It is not known whether the provider accepted this message. If it did, the consumer gets it twice.
count-as-sent = Count as sent
notice-campaign-launched = The campaign was launched.
notice-campaign-paused = The campaign was paused. Messages in flight are not affected.
notice-campaign-resumed = The campaign was resumed.
notice-campaign-cancelled = The campaign was cancelled. Waiting recipients get no message.
notice-campaign-retried = The failed messages are sent again.
notice-recipient-sent-again = The message is sent again.
notice-recipient-counted-as-sent = The message counts as sent.
campaign-not-found = This account has no such campaign.
recipient-not-found = The campaign has no such recipient.
no-recipients = No recipients
no-recipients-hint = No recipient of this campaign is in this state.
unknown-state = { $state } is not a state of recipients. Choose one of: { $states }.
invalid-recipient-number = { $number } is not the number of a recipient.
address-deleted = Deleted
retries = { $count ->
    [one] sent again { $count } time
   *[other] sent again { $count } times
}
not-before = Not before
skipped-opted-out = The consumer opted out.
skipped-open-conversation = The consumer had an open conversation.
no-campaigns-yet = No campaigns yet
no-campaigns-yet-details = A campaign sends a published handoff, or a plain SMS, to up to 100 consumers.
connect-sandbox = Connect a sandbox
connect-sandbox-hint = Campaigns need a connection. Only sandboxes, which simulate all providers, can be connected yet, so no message reaches a phone. The command runs on a machine that can reach the database; insert the address of the sandbox.
create-campaign = Create a campaign with the API
create-campaign-hint = The example sends a plain SMS to a made-up number.
campaigns-more = All fields, limits and errors are in the documentation.
opt-outs = Opt-outs
opt-outs-hint = Consumers on this list get no messages of campaigns, on any channel.
no-opt-outs = No opt-outs
no-opt-outs-hint = No consumer of this account has opted out.
add-opt-out = Add or remove an opt-out
since = Since
recorded-by = Recorded by
opt-out-source = { $source ->
    [consumer] Consumer
    [provider] Provider
   *[person] User
}
address-not-stored = Address not stored
remove-opt-out-title = Remove the opt-out of { $address }?
remove-opt-out-consequence = The consumer gets messages of campaigns again. Remove an opt-out only if the consumer asked for messages.
opt-outs-import = Import of opt-outs
opt-outs-file = File with one address a line, or CSV
opt-outs-added = Added: { $number }
opt-outs-known = Opted out already: { $number }
opt-outs-rejected = No addresses: { $number }
opt-outs-problems = Lines that are no addresses
file-line = Line
file-problem = Problem
back-to-opt-outs = Back to the opt-outs
notice-opt-out-added = The opt-out was added.
notice-opt-out-known = This address had opted out already.
notice-opt-out-removed = The opt-out was removed.
sending-held = Nothing has been sent since { $time }, because the database may be an old copy, whose messages were sent already. An operator has to confirm that messages may be sent.
sender-stopped = The sender { $sender } has stopped because of the error { $error }. Correct the cause before you resume it.
sender-stopped-by-credentials = The sender { $sender } has stopped because its credentials were refused: { $error }. A sandbox also refuses them for recipients whose numbers end in 9920. Correct the secret of the connection, or cancel the campaign with such a recipient, before you resume the sender.
sender-stopped-badge = Sender stopped
sender-unsent = Messages of { $sender } cannot be sent: { $reason }. They are tried again.
all-campaigns = All campaigns
sender-blocked = The provider of { $sender } accepts no messages until { $time }.
sender-not-found = This account has no such sender.
resume-sender = Resume sender
notice-sender-resumed = The sender was resumed.

## The sandbox

sandbox = Sandbox
sandbox-banner = These messages go to a sandbox, which simulates all providers. No phone receives them.
sandbox-banner-demo = These messages go to made-up phones inside this server. No real phone receives them.
sandbox-not-in-reports = They are not in reports.
reports-of-demo = These reports contain made-up messages and messages to the sandbox of this demo.
reports-of-sandbox = These reports contain messages to sandboxes, which no phone received.
sandbox-inbox = Sandbox inbox
sandbox-inbox-hint = Open a phone to read its messages and to reply. The inbox is empty after a restart of the server.
sandbox-no-phones = No messages yet
sandbox-no-phones-details = When a campaign sends messages, this page shows what each phone received, and you can reply as the consumer. Nothing is sent to real phones.
sandbox-start-campaign = Start a campaign
sandbox-phone = Phone
sandbox-newest = Newest message
sandbox-reply = Reply
sandbox-replied = Replied
sandbox-no-content = No content to show
sandbox-template = Template { $name }, language { $language }
sandbox-all-phones = All phones
sandbox-reply-form = Reply as the consumer
sandbox-reply-to = Reply to
sandbox-reply-text = Reply as the consumer
sandbox-send-reply = Send reply
sandbox-callbacks = Callbacks:
sandbox-no-response = no response
sandbox-no-text = Enter the text of the reply.
sandbox-message-gone = The sandbox no longer has this message. Reply to another one.
sandbox-phone-not-found = This phone received no message since the server was started.
no-sandbox = No sandbox runs inside this server for this account. Only the account of a demo has one.
sandbox-try = Try a campaign
sandbox-try-details = These commands send a text message to ten made-up people. Their phones are in the sandbox inside this server, so nothing leaves this machine.
sandbox-try-client = The client that the server printed when the demo was created has it, too.
sandbox-try-then = Then open the inbox, reply STOP from one phone and something else from another, and see the opt-out list and the funnel change.
sandbox-funnel = Funnel of these messages
notice-sandbox-replied = The reply was sent.
