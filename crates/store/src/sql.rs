//! Every statement, in the SQL that all supported databases share: parameters `$1` to `$n`, values
//! of type bigint, text and bytes only, conflicts told by the number of rows and not by an error.

use std::fmt;

/// A statement: its place in [`ALL`], and its text for each kind of database.
#[derive(Clone, Copy)]
pub(crate) struct Statement {
    pub(crate) index: usize,
    pub(crate) name: &'static str,
    /// With parameters `$1` to `$n`.
    pub(crate) dollar: &'static str,
    /// With parameters `?1` to `?n`: SQLite counts these, and takes `$1` for a name.
    pub(crate) question: &'static str,
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn question_marks<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut out = [0; LENGTH];
    let mut i = 0;
    while i < LENGTH {
        let byte = text.as_bytes()[i];
        out[i] = if byte == b'$' { b'?' } else { byte };
        i += 1;
    }
    out
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// Counts the statements.
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Index { $($name),+ }

        $(
            $(#[$doc])*
            pub(crate) const $name: Statement = {
                const BYTES: [u8; $text.len()] = question_marks($text);
                let Ok(question) = std::str::from_utf8(&BYTES) else { panic!("a statement is not text") };
                Statement { index: Index::$name as usize, name: stringify!($name), dollar: $text, question }
            };
        )+

        /// All statements.
        pub(crate) const ALL: &[Statement] = &[$($name),+];
    };
}

statements! {
    // Accounts

    ACCOUNT = "select id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, \
        mail, language, cast((select count(*) from account_groups where account = accounts.id) as bigint) \
        from accounts where provider = $1 and protocol = $2 and name = $3";
    ACCOUNT_BY_ID = "select id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, \
        mail, language, cast((select count(*) from account_groups where account = accounts.id) as bigint) \
        from accounts where id = $1";
    ACCOUNTS = "select id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, \
        mail, language, cast((select count(*) from account_groups where account = accounts.id) as bigint) \
        from accounts where provider = $1";
    INSERT_ACCOUNT = "insert into accounts \
        (id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at) \
        values ((select coalesce(max(id), 0) + 1 from accounts), $1, $2, $3, $4, $5, 0, $6, $6) \
        on conflict do nothing";
    SET_PASSWORD = "update accounts set password_hash = $4, digest_secret = $5, changed_at = $6 \
        where provider = $1 and protocol = $2 and name = $3";
    SET_MAIL = "update accounts set mail = $4, language = $5 where provider = $1 and protocol = $2 and name = $3";
    SET_DISABLED = "update accounts set disabled = $4, changed_at = $5 \
        where provider = $1 and protocol = $2 and name = $3";

    GROUPS = "select name from account_groups where account = $1";
    LEAVE_GROUPS = "delete from account_groups where account = $1";
    JOIN_GROUP = "insert into account_groups (account, name) \
        select id, $2 from accounts where id = $1 on conflict do nothing";
    /// All who are in a group of the account's, as often as they are: of the same protocol and provider.
    PEERS = "select y.account from account_groups x join account_groups y on y.name = x.name \
        join accounts a on a.id = x.account join accounts b on b.id = y.account \
        where x.account = $1 and b.protocol = a.protocol and b.provider = a.provider limit $2";
    SHARED_GROUP = "select x.name from account_groups x join account_groups y on y.name = x.name \
        join accounts a on a.id = x.account join accounts b on b.id = y.account \
        where x.account = $1 and y.account = $2 and b.protocol = a.protocol and b.provider = a.provider limit 1";

    // Orders

    ORDER = "select id, provider, owner, protocol, kind, reference, priority, submitted_at, \
        status, status_since, status_info, revision, document \
        from orders where id = $1";
    ORDER_WITH_ITEMS = "select id, provider, owner, protocol, kind, reference, priority, submitted_at, \
        status, status_since, status_info, revision, document, item_count, items \
        from orders where id = $1";
    /// The sum keeps planners from an index that begins with the provider, which all rows may share.
    ORDERS_BEFORE = "select id, provider, owner, protocol, kind, reference, priority, submitted_at, \
        status, status_since, status_info, revision, document \
        from orders where id < $1 and provider + 0 = $2 order by id desc limit $3";
    ITEM_PAGES = "select items from item_pages where id between $1 and $2 order by id";
    GREATEST_ORDER_ID = "select max(id) from orders";
    SEARCH = "select status_since, id from orders \
        where provider = $1 and owner = $2 and status = $3 and status_since between $4 and $5 \
        order by status_since, id limit $6";
    SEARCH_REFERENCE = "select status_since, id from orders \
        where provider = $1 and owner = $2 and status = $3 and status_since between $4 and $5 and reference = $7 \
        order by status_since, id limit $6";
    /// A subscription or a task counts as one: its products come by themselves, and may be many.
    ITEMS_OF_ORDERS = "select cast(coalesce(sum(case when kind in (2, 3) then 1 else item_count end), 0) as bigint) from orders \
        where provider = $1 and owner = $2 and status = $3";
    INSERT_ORDER = "insert into orders (id, provider, owner, protocol, kind, reference, priority, submitted_at, \
        status, status_since, status_info, revision, document, item_count, items) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing";
    INSERT_ITEM_PAGE = "insert into item_pages (id, items) values ($1, $2) on conflict do nothing";
    /// Only items changed: the revision goes on, so that nobody decides on the old ones.
    COUNT_ORDER_CHANGE = "update orders set revision = revision + 1 where id = $1 and revision = $2";
    MOVE_ORDER = "update orders set revision = revision + 1, status = $3, status_since = $4, status_info = $5 \
        where id = $1 and revision = $2";
    COUNT_APPENDED_ITEMS = "update orders set revision = revision + 1, item_count = item_count + $4 \
        where id = $1 and revision = $2 and item_count = $3";
    FIRST_ITEM_PAGE = "select items from orders where id = $1";
    ITEM_PAGE = "select items from item_pages where id = $1";
    SET_FIRST_ITEM_PAGE = "update orders set items = $2 where id = $1";
    SET_ITEM_PAGE = "update item_pages set items = $2 where id = $1";

    // History

    HISTORY = "select subject, from_status, to_status, moved_at, who, why from history where order_id = $1 order by seq";
    APPEND_HISTORY = "insert into history (order_id, seq, subject, from_status, to_status, moved_at, who, why) \
        values ($1, (select coalesce(max(seq), -1) + 1 from history where order_id = $1), $2, $3, $4, $5, $6, $7)";

    // Ids that were given out, where several processes share a store

    RESERVE_IDS = "update counters set next = next + $2 where name = $1 returning next";
    PASS_IDS = "update counters set next = $2 where name = $1 and next < $2";

    // Transactions

    TRANSACTION = "select kind, state, is_test, created_at, updated_at, revision, order_id, context \
        from transactions where provider = $1 and owner = $2 and id = $3";
    TRANSACTIONS = "select created_at, id, kind, state from transactions \
        where provider = $1 and owner = $2 and is_final = $3 order by created_at, id limit $4";
    INSERT_TRANSACTION = "insert into transactions \
        (provider, owner, id, kind, state, is_final, is_test, created_at, updated_at, revision, order_id, context) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing";
    UPDATE_TRANSACTION = "update transactions set revision = revision + 1, state = $5, is_final = $6, updated_at = $7, \
        order_id = $8, context = $9 \
        where provider = $1 and owner = $2 and id = $3 and revision = $4";
    DELETE_TRANSACTION = "delete from transactions where provider = $1 and owner = $2 and id = $3 and revision = $4";
    /// A row, if there are more than `$4`.
    OPEN_TRANSACTIONS = "select kind from transactions \
        where provider = $1 and owner = $2 and kind = $3 and is_final = 0 limit 1 offset $4";
    IDLE_TRANSACTION = "select kind from transactions where kind = $1 and is_final = $2 and updated_at < $3 limit 1";
    EXPIRE_TRANSACTIONS = "delete from transactions where (provider, owner, id) in \
        (select provider, owner, id from transactions where kind = $1 and is_final = $2 and updated_at < $3 limit $4)";

    // Sellers

    SELLER = "select id from sellers where name = $1";
    SELLERS = "select id, name from sellers where id > $1 order by id";
    /// `$2` is the number of the seller without a name.
    INSERT_SELLER = "insert into sellers (id, name) \
        values ((select coalesce(max(id), $2) + 1 from sellers), $1) on conflict do nothing";

    // Jobs

    /// `$5` is the least part: all, or items only.
    DUE_JOBS = "select order_id, part, due_at, attempts from jobs \
        where queue = $1 and priority = $2 and due_at <= $3 and part >= $5 order by due_at, order_id, part limit $4";
    /// Orders as a whole, without a walk over the items that wait before them.
    DUE_ORDER_JOBS = "select order_id, part, due_at, attempts from jobs \
        where queue = $1 and priority = $2 and due_at <= $3 and part = -1 order by due_at, order_id limit $4";
    /// The attempts tell whether another worker was faster.
    LEASE_JOB = "update jobs set due_at = $4, lease = $5, attempts = attempts + 1 \
        where order_id = $1 and part = $2 and attempts = $3";
    NEXT_DUE = "select min(due_at) from jobs where queue = $1 and priority = $2";
    INSERT_JOB = "insert into jobs (order_id, part, queue, priority, due_at, attempts) \
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    DELETE_JOB = "delete from jobs where order_id = $1 and part = $2 and lease = $3";
    RELEASE_JOB = "update jobs set due_at = $4, lease = null where order_id = $1 and part = $2 and lease = $3";
    EXTEND_LEASE = "update jobs set due_at = $4 where order_id = $1 and part = $2 and lease = $3";
    SCHEDULE_JOB = "update jobs set due_at = $3, attempts = 0 where order_id = $1 and part = $2 and lease is null";
    JOBS_DUE_AT = "select order_id, part from jobs where queue = $1 and priority = $2 and due_at = $3 \
        order by order_id, part limit $4";
    DELETE_JOBS_OF = "delete from jobs where order_id = $1 and part >= -1";

    // Notifications

    WISH_NOTIFICATIONS = "insert into notification_wishes (order_id, wish) values ($1, $2) on conflict do nothing";
    NOTIFICATION_WISH = "select wish from notification_wishes where order_id = $1";
    INSERT_NOTIFICATION = "insert into notifications (order_id, number, channel, destination, event, content, \
        created_at, give_up_at, state, attempts, due_at, report) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing";
    /// Whoever holds the job finds by its attempts that there is more to tell. Only a job that nobody holds is due earlier.
    WAKE_NOTIFYING = "insert into jobs (order_id, part, queue, priority, due_at, attempts) values ($1, $2, $3, $4, $5, 0) \
        on conflict (order_id, part) do update set attempts = jobs.attempts + 1, \
        due_at = case when jobs.lease is null and excluded.due_at < jobs.due_at then excluded.due_at else jobs.due_at end";
    END_NOTIFYING = "delete from jobs where order_id = $1 and part = $2 and lease = $3 and attempts = $4";
    PAUSE_NOTIFYING = "update jobs set due_at = $5, lease = null \
        where order_id = $1 and part = $2 and lease = $3 and attempts = $4";
    RECORD_ATTEMPT = "update notifications set state = $3, attempts = $4, due_at = $5, report = $6 \
        where order_id = $1 and number = $2 and state = 0";
    NOTIFY_AGAIN = "update notifications set state = 0, due_at = $3, give_up_at = $4 where order_id = $1 and number = $2";
    NOTIFICATIONS_WAITING = "select order_id, number, channel, destination, event, content, created_at, give_up_at, \
        state, attempts, due_at, report from notifications \
        where order_id = $1 and state = 0 order by number limit $2";
    NOTIFICATIONS_OF = "select order_id, number, channel, destination, event, content, created_at, give_up_at, \
        state, attempts, due_at, report from notifications where order_id = $1 order by number";
    NOTIFICATIONS_BY_STATE = "select order_id, number, channel, destination, event, content, created_at, give_up_at, \
        state, attempts, due_at, report from notifications \
        where state = $1 order by due_at desc, order_id desc, number desc limit $2";
    PURGE_NOTIFICATIONS = "delete from notifications where (order_id, number) in \
        (select order_id, number from notifications where state = $1 and due_at < $2 order by due_at limit $3)";

    // Quotations

    QUOTATION = "select id, provider, owner, created_at, revision, specification, \
        state, due_at, attempts, reason, prices, valid_until, order_id, over_at \
        from quotations where id = $1";
    DUE_QUOTATIONS = "select id, provider, owner, created_at, revision, specification, \
        state, due_at, attempts, reason, prices, valid_until, order_id, over_at \
        from quotations where due_at <= $1 order by due_at, id limit $2";
    INSERT_QUOTATION = "insert into quotations (id, provider, owner, created_at, revision, specification, \
        state, due_at, attempts, reason, prices, valid_until, order_id, over_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing";
    /// State 1: it is being priced.
    PRICE_QUOTATION = "update quotations set revision = revision + 1, state = $3, due_at = $4, attempts = $5, reason = $6, \
        prices = $7, valid_until = $8, order_id = $9, over_at = $10 \
        where id = $1 and revision = $2 and state = 1";
    /// From state 2, priced, to state 4, ordered.
    ORDER_QUOTATION = "update quotations set revision = revision + 1, state = 4, order_id = $2, over_at = $3 \
        where id = $1 and state = 2";
    /// What is deleted leaves its number behind: who counts on from what is stored must not give it out again.
    PASS_QUOTATION_IDS = "update counters set next = (select max(id) + 1 from quotations) \
        where name = $1 and next <= (select max(id) from quotations)";
    EXPIRE_QUOTATIONS = "delete from quotations where over_at < $1";
    FORGET_QUOTATION_WISHES = "delete from notification_wishes where order_id in \
        (select id from quotations where over_at < $1)";
    GREATEST_QUOTATION_ID = "select max(id) from quotations";
    NEXT_ID = "select next from counters where name = $1";
    HASTEN_JOB = "update jobs set due_at = $3 where order_id = $1 and part = $2 and lease is null and due_at > $3";
    DELETE_ITEM_JOBS_OF = "delete from jobs where order_id = $1 and part >= 0";

    // Pauses

    PAUSES = "select subject, name, account, reason, paused_at, paused_by, resumed_at from pauses where queue = $1";
    PAUSE = "insert into pauses (queue, subject, name, account, reason, paused_at, paused_by) \
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (queue, subject, name) do update set account = excluded.account, \
        reason = excluded.reason, paused_at = excluded.paused_at, paused_by = excluded.paused_by, resumed_at = null";
    /// Changes nothing, and keeps the pause from being resumed until the transaction is over.
    REQUIRE_PAUSE = "update pauses set paused_at = paused_at \
        where queue = $1 and subject = $2 and name = $3 and resumed_at is null";
    RESUME_PAUSE = "update pauses set resumed_at = coalesce(resumed_at, $4) where queue = $1 and subject = $2 and name = $3";
    FORGET_PAUSE = "delete from pauses where queue = $1 and subject = $2 and name = $3 and resumed_at = $4";
    PARKED_JOBS = "select order_id, part from jobs where queue = $1 and priority = $2 and due_at = $3 \
        and (order_id, part) > ($4, $5) order by order_id, part limit $6";
    UNPARK_JOB = "update jobs set due_at = $3 where order_id = $1 and part = $2 and due_at = $4";

    // Standing items, and what they were fed

    STANDING = "select order_id, position, provider, kind, topic, criteria, expires_at from standing_items \
        where provider = $1 and kind = $2 and topic = $3 and is_active = 1 and (order_id, position) > ($4, $5) \
        order by order_id, position limit $6";
    STANDING_OF = "select order_id, position, provider, kind, topic, criteria, expires_at from standing_items \
        where order_id = $1 order by position";
    INSERT_STANDING = "insert into standing_items \
        (order_id, position, provider, kind, topic, criteria, expires_at, is_active) \
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing";
    ACTIVATE_STANDING = "update standing_items set is_active = 1 where order_id = $1 and position = $2";
    DELETE_STANDING = "delete from standing_items where order_id = $1 and position = $2";
    FED = "select product from fed_products where order_id = $1 and position = $2 and product = $3";
    REMEMBER_PRODUCT = "insert into fed_products (order_id, position, product, fed_at) values ($1, $2, $3, $4) \
        on conflict do nothing";

    // Results on the servers' own disks

    KEEP_RESULT = "insert into local_results (order_id, position, url, completed_at) values ($1, $2, $3, $4) \
        on conflict (order_id, position) do update set url = excluded.url, completed_at = excluded.completed_at";
    FORGET_RESULT = "delete from local_results where order_id = $1 and position = $2";
    LOCAL_RESULTS = "select completed_at, order_id, position, url from local_results \
        where (completed_at, order_id, position) > ($1, $2, $3) order by completed_at, order_id, position limit $4";

    // What is kept until an order is over

    KEEP_FOR_DELIVERY = "insert into deliveries (order_id, part, content) values ($1, $2, $3) \
        on conflict (order_id, part) do update set content = excluded.content";
    KEPT_FOR_DELIVERY = "select content from deliveries where order_id = $1 and part = $2";
    FORGET_DELIVERIES = "delete from deliveries where order_id = $1";

    // Messages and nonces

    REMEMBERED_MESSAGE = "select order_id from remembered_messages where owner = $1 and message_id = $2";
    REMEMBER_MESSAGE = "insert into remembered_messages (owner, message_id, order_id, answered_at) \
        values ($1, $2, $3, $4) on conflict do nothing";
    /// Takes the place of the same nonce when that is expired by now.
    USE_NONCE = "insert into nonces (owner, nonce, used_at, expires_at) values ($1, $2, $3, $4) \
        on conflict (owner, nonce) do update set used_at = excluded.used_at, expires_at = excluded.expires_at \
        where nonces.expires_at <= excluded.used_at";
    PURGE_NONCES = "delete from nonces where (owner, nonce) in \
        (select owner, nonce from nonces where expires_at <= $1 order by expires_at limit $2)";
}
