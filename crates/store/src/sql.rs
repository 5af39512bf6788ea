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
        mail, language, roles, cast((select count(*) from account_groups where account = accounts.id) as bigint), price_group \
        from accounts where provider = $1 and protocol = $2 and name = $3";
    ACCOUNT_BY_ID = "select id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, \
        mail, language, roles, cast((select count(*) from account_groups where account = accounts.id) as bigint), price_group \
        from accounts where id = $1";
    ACCOUNTS = "select id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, \
        mail, language, roles, cast((select count(*) from account_groups where account = accounts.id) as bigint), price_group \
        from accounts where provider = $1";
    INSERT_ACCOUNT = "insert into accounts \
        (id, provider, protocol, name, password_hash, digest_secret, disabled, created_at, changed_at, roles) \
        values ((select coalesce(max(id), 0) + 1 from accounts), $1, $2, $3, $4, $5, 0, $6, $6, $7) \
        on conflict do nothing";
    SET_PASSWORD = "update accounts set password_hash = $4, digest_secret = $5, changed_at = $6 \
        where provider = $1 and protocol = $2 and name = $3";
    SET_MAIL = "update accounts set mail = $4, language = $5 where provider = $1 and protocol = $2 and name = $3";
    SET_LANGUAGE = "update accounts set language = $4 where provider = $1 and protocol = $2 and name = $3";
    SET_PRICE_GROUP = "update accounts set price_group = $4 where provider = $1 and protocol = $2 and name = $3";
    SET_DISABLED = "update accounts set disabled = $4, changed_at = $5 \
        where provider = $1 and protocol = $2 and name = $3";

    SET_ROLES = "update accounts set roles = $4 where provider = $1 and protocol = $2 and name = $3";

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
        status, status_since, status_info, revision, document, item_count, items, history_count, history_hash) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict do nothing";
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
    APPEND_HISTORY = "insert into history (order_id, seq, subject, from_status, to_status, moved_at, who, why, hash) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    /// An order without a number of entries is from before there were chains: they are counted.
    HISTORY_HEAD = "select coalesce(history_count, (select coalesce(max(seq), -1) + 1 from history where order_id = $1)), \
        history_hash from orders where id = $1";
    SET_HISTORY_HEAD = "update orders set history_count = $3, history_hash = $4 \
        where id = $1 and coalesce(history_count, $2) = $2";

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
    EXTEND_LEASE = "update jobs set due_at = case when due_at < $4 then $4 else due_at end \
        where order_id = $1 and part = $2 and lease = $3";
    HOLD_JOB = "update jobs set due_at = $4 where order_id = $1 and part = $2 and lease = $3";
    SCHEDULE_JOB = "update jobs set due_at = $3, attempts = 0 where order_id = $1 and part = $2 and lease is null";
    JOBS_DUE_AT = "select order_id, part from jobs where queue = $1 and priority = $2 and due_at = $3 \
        order by order_id, part limit $4";
    DELETE_JOBS_OF = "delete from jobs where order_id = $1 and part >= -1";

    // How many items of a collection are produced at once

    /// Changes nothing that counts, and keeps others from the collection's slots until the transaction is over.
    LOCK_SLOTS = "insert into collection_slots (queue, collection, order_id, part, lease) values ($1, $2, 0, 0, '') \
        on conflict (queue, collection, order_id, part) do update set lease = excluded.lease";
    /// A job that is gone, or leased otherwise than when it got its slot, has none any more; `$3` is now.
    FREE_SLOTS = "delete from collection_slots where queue = $1 and collection = $2 and order_id > 0 and not exists \
        (select 1 from jobs where jobs.order_id = collection_slots.order_id and jobs.part = collection_slots.part \
            and jobs.lease = collection_slots.lease and jobs.due_at > $3)";
    /// Not for a lease that is another's by now: it would take the slot away from that one.
    TAKE_SLOT = "insert into collection_slots (queue, collection, order_id, part, lease) \
        select $1, $2, $3, $4, $5 where exists (select 1 from jobs where order_id = $3 and part = $4 and lease = $5) \
            and (select count(*) from collection_slots \
            where queue = $1 and collection = $2 and order_id > 0 and not (order_id = $3 and part = $4)) < $6 \
        on conflict (queue, collection, order_id, part) do update set lease = excluded.lease";
    /// Changes nothing. A lease that has ended, `$6` being now, counts only while its slot is not free for others.
    REQUIRE_SLOT = "update jobs set lease = lease where order_id = $3 and part = $4 and lease = $5 and (due_at > $6 or exists \
        (select 1 from collection_slots s where s.queue = $1 and s.collection = $2 \
            and s.order_id = $3 and s.part = $4 and s.lease = $5))";

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
    COUNT_NOTIFICATIONS = "select cast(count(*) as bigint) from notifications where state = $1";
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
    /// Being priced, or priced and still valid: over_at is then the end of its validity.
    OPEN_QUOTATIONS = "select cast((select count(*) from quotations where provider = $1 and owner = $2 and state = 1) \
        + (select count(*) from quotations where provider = $1 and owner = $2 and state = 2 and over_at > $3) as bigint)";
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

    // Catalogues

    CATALOGUE = "select c.id, c.provider, c.state, c.began_at, c.changed_at, c.changes, c.articles, c.traits \
        from catalogue_heads h join catalogues c on c.id = h.catalogue where h.provider = $1";
    CATALOGUES = "select id, provider, state, began_at, changed_at, changes, articles, traits from catalogues where id > $1 order by id";
    EDITION = "select c.id, c.changes from catalogue_heads h join catalogues c on c.id = h.catalogue where h.provider = $1";
    /// `$3` and `$4`: whose prices are wanted before those for all; `$5`: whose number.
    ARTICLE = "select a.place, a.number, a.document, coalesce(b.document, g.document, a.prices), a.supply, n.document, \
        c.id, c.changes \
        from catalogue_heads h join catalogues c on c.id = h.catalogue \
        join articles a on a.catalogue = h.catalogue and a.number = $2 \
        left join article_terms b on b.catalogue = a.catalogue and b.place = a.place and b.scope = $3 \
        left join article_terms g on g.catalogue = a.catalogue and g.place = a.place and g.scope = $4 \
        left join article_terms n on n.catalogue = a.catalogue and n.place = a.place and n.scope = $5 \
        where h.provider = $1";
    ARTICLE_AT = "select a.place, a.number, a.document, coalesce(b.document, g.document, a.prices), a.supply, n.document \
        from articles a \
        left join article_terms b on b.catalogue = a.catalogue and b.place = a.place and b.scope = $3 \
        left join article_terms g on g.catalogue = a.catalogue and g.place = a.place and g.scope = $4 \
        left join article_terms n on n.catalogue = a.catalogue and n.place = a.place and n.scope = $5 \
        where a.catalogue = $1 and a.place = $2";
    ARTICLES_AFTER = "select place, number, document, prices, supply from articles \
        where catalogue = $1 and place > $2 order by place limit $3";
    ARTICLE_PLACE = "select number, place from articles where catalogue = $1 and number = $2";
    CLASSIFICATION = "select document from classifications where catalogue = $1";
    /// State 1: it is being imported.
    BEGIN_CATALOGUE = "insert into catalogues (id, provider, state, began_at, changed_at, changes, articles, traits) \
        values ($1, $2, 1, $3, $3, 0, 0, 0) on conflict do nothing";
    COUNT_ARTICLES = "update catalogues set articles = articles + $2, changed_at = $3 where id = $1 and state = 1";
    INSERT_ARTICLE = "insert into articles (catalogue, place, number, document, prices, supply) \
        values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    SET_TERM = "insert into article_terms (catalogue, place, scope, document) values ($1, $2, $3, $4) \
        on conflict (catalogue, place, scope) do update set document = excluded.document";
    DELETE_TERM = "delete from article_terms where catalogue = $1 and place = $2 and scope = $3";
    REWRITE_ARTICLE = "update articles set document = $3, supply = $4 where catalogue = $1 and place = $2";
    DELETE_ARTICLE = "delete from articles where catalogue = $1 and place = $2";
    SET_SUPPLY = "update articles set supply = $3 where catalogue = $1 and place = $2";
    SET_PRICES = "update articles set prices = $3 where catalogue = $1 and place = $2";
    SET_CLASSIFICATION = "insert into classifications (catalogue, document) values ($1, $2) \
        on conflict (catalogue) do update set document = excluded.document";
    TAKE_OVER_CLASSIFICATION = "insert into classifications (catalogue, document) \
        select $1, document from classifications where catalogue = $2 on conflict do nothing";
    TAKE_OVER_SUPPLY = "update articles set supply = \
        coalesce((select o.supply from articles o where o.catalogue = $2 and o.number = articles.number), supply) \
        where catalogue = $1 and place between $3 and $4";
    /// `$5` and `$6`: the first letters of the scopes.
    TAKE_OVER_TERMS = "insert into article_terms (catalogue, place, scope, document) \
        select n.catalogue, n.place, t.scope, t.document from articles n \
        join articles o on o.catalogue = $2 and o.number = n.number \
        join article_terms t on t.catalogue = o.catalogue and t.place = o.place \
        where n.catalogue = $1 and n.place between $3 and $4 and substr(t.scope, 1, 1) in ($5, $6) \
        on conflict (catalogue, place, scope) do update set document = excluded.document";
    /// Nothing changes, and nothing will until the transaction is over.
    REQUIRE_CATALOGUE = "update catalogues set changes = changes where id = $1 and changes = $2 and state = 2";
    COUNT_CATALOGUE_CHANGE = "update catalogues set changes = changes + 1, changed_at = $2 where id = $1 and state = 2";
    /// From state 1 to state 2, offered.
    OFFER_CATALOGUE = "update catalogues set state = 2, changed_at = $2, traits = $3 where id = $1 and state = 1";
    SET_CATALOGUE_HEAD = "insert into catalogue_heads (provider, catalogue) select provider, id from catalogues where id = $1 \
        on conflict (provider) do update set catalogue = excluded.catalogue";
    /// All that are in state 2 but not the head go to state 3, replaced: also what two that were offered at once left behind.
    REPLACE_CATALOGUES = "update catalogues set state = 3, changed_at = $2 \
        where provider = (select n.provider from catalogues n where n.id = $1) and state = 2 and id <> $1";
    GIVE_UP_CATALOGUE = "update catalogues set state = 4, changed_at = $2 where id = $1 and state = 1";
    DELETE_SOME_TERMS = "delete from article_terms where catalogue = $1 and (place, scope) in \
        (select place, scope from article_terms where catalogue = $1 order by place, scope limit $2) \
        and exists (select 1 from catalogues where id = $1 and state in (3, 4))";
    /// Only those whose terms are gone.
    DELETE_SOME_ARTICLES = "delete from articles where catalogue = $1 and place in \
        (select place from articles where catalogue = $1 order by place limit $2) \
        and place < coalesce((select min(place) from article_terms where catalogue = $1), 9223372036854775807) \
        and exists (select 1 from catalogues where id = $1 and state in (3, 4))";
    DELETE_CLASSIFICATION = "delete from classifications where catalogue = $1 \
        and exists (select 1 from catalogues where id = $1 and state in (3, 4)) \
        and not exists (select 1 from articles where catalogue = $1)";
    DELETE_CATALOGUE = "delete from catalogues where id = $1 and state in (3, 4) \
        and not exists (select 1 from articles where catalogue = $1)";
    // Transmissions of stock and sales

    TRANSMISSION = "select id, provider, owner, transaction_id, kind, is_test, received_at, as_of, is_complete, lines, left_out, \
        revision, due_at, attempts, imported, imported_at \
        from transmissions where id = $1";
    DUE_TRANSMISSIONS = "select id, provider, owner, transaction_id, kind, is_test, received_at, as_of, is_complete, lines, left_out, \
        revision, due_at, attempts, imported, imported_at \
        from transmissions where due_at <= $1 order by due_at, id limit $2";
    TRANSMISSIONS = "select id, provider, owner, transaction_id, kind, is_test, received_at, as_of, is_complete, lines, left_out, \
        revision, due_at, attempts, imported, imported_at \
        from transmissions where provider = $1 and owner = $2 and (received_at, id) > ($3, $4) \
        order by received_at, id limit $5";
    INSERT_TRANSMISSION = "insert into transmissions (id, provider, owner, transaction_id, kind, is_test, received_at, as_of, is_complete, lines, left_out, \
        revision, due_at, attempts, imported, imported_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) on conflict do nothing";
    UPDATE_TRANSMISSION = "update transmissions set revision = revision + 1, due_at = $3, attempts = $4, imported = $5, \
        imported_at = $6 where id = $1 and revision = $2 and imported_at is null";
    INSERT_TRANSMITTED_LINE = "insert into transmitted_lines (transmission, position, subject, is_known, content) \
        values ($1, $2, $3, $4, $5) on conflict do nothing";
    CHECK_LINE = "update transmitted_lines set is_known = $3 where transmission = $1 and position = $2";
    TRANSMITTED_LINES = "select position, subject, is_known, content from transmitted_lines \
        where transmission = $1 and position >= $2 order by position limit $3";
    /// What is older than what is there stays out, and so does what is older than the latest complete transmission.
    IMPORT_STOCK = "insert into buyer_stock \
        (provider, owner, kind, subject, as_of, transmission, changed_at, is_known, content) \
        select t.provider, t.owner, t.kind, l.subject, t.as_of, t.id, cast($4 as bigint), l.is_known, l.content \
        from transmissions t join transmitted_lines l on l.transmission = t.id \
        where t.id = $1 and l.position >= $2 and l.position < $3 and l.subject is not null and not exists \
        (select 1 from complete_stock c where c.provider = t.provider and c.owner = t.owner and c.kind = t.kind \
        and (c.as_of, c.transmission) > (t.as_of, t.id)) \
        on conflict (provider, owner, kind, subject) do update set as_of = excluded.as_of, \
        transmission = excluded.transmission, changed_at = excluded.changed_at, is_known = excluded.is_known, \
        content = excluded.content \
        where (buyer_stock.as_of, buyer_stock.transmission) < (excluded.as_of, excluded.transmission)";
    DROP_OLDER_STOCK = "delete from buyer_stock where provider = $1 and owner = $2 and kind = $3 \
        and (as_of, transmission) < ($4, $5)";
    MARK_COMPLETE_STOCK = "insert into complete_stock (provider, owner, kind, as_of, transmission) \
        values ($1, $2, $3, $4, $5) on conflict (provider, owner, kind) do update \
        set as_of = excluded.as_of, transmission = excluded.transmission \
        where (complete_stock.as_of, complete_stock.transmission) < (excluded.as_of, excluded.transmission)";
    /// What was transmitted before stays as it is.
    IMPORT_SALES = "insert into buyer_sales (provider, owner, kind, subject, transmission, stored_at, is_known, content) \
        select t.provider, t.owner, t.kind, l.subject, t.id, cast($4 as bigint), l.is_known, l.content \
        from transmissions t join transmitted_lines l on l.transmission = t.id \
        where t.id = $1 and l.position >= $2 and l.position < $3 and l.subject is not null on conflict do nothing";
    BUYER_STOCK = "select subject, transmission, changed_at, is_known, content from buyer_stock \
        where provider = $1 and owner = $2 and kind = $3 and subject > $4 and changed_at >= $5 order by subject limit $6";
    BUYER_SALES = "select subject, transmission, stored_at, is_known, content from buyer_sales \
        where provider = $1 and owner = $2 and kind = $3 and (stored_at, subject) > ($4, $5) \
        order by stored_at, subject limit $6";
    /// Open, of one of the kinds 4 to 7, and imported.
    EXPIRE_UNFETCHED = "delete from transactions where is_final = 0 and updated_at < $1 and kind >= 4 and state = 85";
    GREATEST_TRANSMISSION_ID = "select max(id) from transmissions";
    PASS_TRANSMISSION_IDS = "update counters set next = (select max(id) + 1 from transmissions) \
        where name = $1 and next <= (select max(id) from transmissions)";
    EXPIRE_TRANSMITTED_LINES = "delete from transmitted_lines where transmission in \
        (select id from transmissions where received_at < $1 and due_at is null order by received_at, id limit $2)";
    EXPIRE_TRANSMISSIONS = "delete from transmissions where id in \
        (select id from transmissions where received_at < $1 and due_at is null order by received_at, id limit $2)";
    EXPIRE_SALES = "delete from buyer_sales where (provider, owner, kind, subject) in \
        (select provider, owner, kind, subject from buyer_sales where stored_at < $1 order by stored_at limit $2)";
    EXPIRE_STOCK = "delete from buyer_stock where (provider, owner, kind, subject) in \
        (select provider, owner, kind, subject from buyer_stock where changed_at < $1 order by changed_at limit $2)";
    // Receipts

    RECEIPT = "select issued_on, revision, stored_at, header, document from receipts \
        where provider = $1 and owner = $2 and kind = $3 and id = $4";
    RECEIPT_HEADER = "select id, issued_on, header from receipts \
        where provider = $1 and owner = $2 and kind = $3 and id = $4";
    RECEIPTS = "select id, issued_on, header from receipts \
        where provider = $1 and owner = $2 and kind = $3 and issued_on >= $4 and issued_on <= $5 \
        order by issued_on, id limit $6";
    RECEIPTS_REFERRING = "select issued_on, id from receipt_references \
        where provider = $1 and owner = $2 and kind = $3 and what = $4 and referred = $5 \
        and issued_on >= $6 and issued_on <= $7";
    REPLACED_RECEIPTS = "select revision, stored_at, document from replaced_receipts \
        where provider = $1 and owner = $2 and kind = $3 and id = $4 order by revision";
    INSERT_RECEIPT = "insert into receipts \
        (provider, owner, kind, id, issued_on, revision, stored_at, header, document) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing";
    KEEP_REPLACED_RECEIPT = "insert into replaced_receipts (provider, owner, kind, id, revision, stored_at, document) \
        select provider, owner, kind, id, revision, stored_at, document from receipts \
        where provider = $1 and owner = $2 and kind = $3 and id = $4 and revision = $5 on conflict do nothing";
    REPLACE_RECEIPT = "update receipts set issued_on = $5, revision = $6, stored_at = $7, header = $8, document = $9 \
        where provider = $1 and owner = $2 and kind = $3 and id = $4 and revision + 1 = $6";
    FORGET_RECEIPT_REFERENCES = "delete from receipt_references \
        where provider = $1 and owner = $2 and kind = $3 and id = $4";
    REFER_RECEIPT = "insert into receipt_references (provider, owner, kind, what, referred, id, issued_on) \
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";

    // Messages and nonces

    REMEMBERED_MESSAGE = "select order_id from remembered_messages where owner = $1 and message_id = $2";
    REMEMBER_MESSAGE = "insert into remembered_messages (owner, message_id, order_id, answered_at) \
        values ($1, $2, $3, $4) on conflict do nothing";
    FORGET_MESSAGES = "delete from remembered_messages where (owner, message_id) in \
        (select owner, message_id from remembered_messages where answered_at < $1 order by answered_at limit $2)";
    /// Takes the place of the same nonce when that is expired by now.
    USE_NONCE = "insert into nonces (owner, nonce, used_at, expires_at) values ($1, $2, $3, $4) \
        on conflict (owner, nonce) do update set used_at = excluded.used_at, expires_at = excluded.expires_at \
        where nonces.expires_at <= excluded.used_at";
    PURGE_NONCES = "delete from nonces where (owner, nonce) in \
        (select owner, nonce from nonces where expires_at <= $1 order by expires_at limit $2)";
}
