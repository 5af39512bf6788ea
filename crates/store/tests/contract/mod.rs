//! What every store must do, written against the interface alone. Each function is a test that is
//! given an empty store; a store's own test file runs them all with `contract_tests!`.

pub mod accounts;
pub mod catalogues;
pub mod concurrency;
pub mod deliveries;
pub mod jobs;
pub mod messages;
pub mod model;
pub mod notifications;
pub mod orders;
pub mod pauses;
pub mod quotations;
pub mod random;
pub mod receipts;
pub mod results;
pub mod sample;
pub mod search;
pub mod slots;
pub mod standing;
pub mod transactions;
pub mod transmissions;

/// Makes a test of each contract function. `$open` is an asynchronous function that gives an empty store and
/// something to be kept as long as the store, or `None` where this store cannot be had.
#[macro_export]
macro_rules! contract_tests {
    ($open:path: $($module:ident { $($name:ident),+ $(,)? })+) => {$(
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $name() {
                    let Some((store, _kept)) = $open().await else { return };
                    $crate::contract::$module::$name(&store).await;
                }
            )+
        }
    )+};
}

/// All contract functions, so that no store leaves one out.
#[macro_export]
macro_rules! all_contract_tests {
    ($open:path) => {
        $crate::contract_tests! { $open:
            orders {
                an_order_comes_back_as_it_was,
                orders_are_leafed_through_from_the_newest,
                items_of_open_orders_are_counted,
                changes_and_their_history_come_back,
                a_long_order_is_kept_and_changed_like_a_short_one,
                listed_results_are_remembered,
                a_change_on_an_old_revision_conflicts,
                a_taken_order_id_conflicts,
                writes_about_an_order_that_is_not_there_conflict,
                order_ids_never_come_twice,
            }
            concurrency {
                nothing_of_a_batch_that_conflicts_is_left,
                conflicts_of_concurrent_batches_stay_their_own,
                one_of_many_changes_on_a_revision_wins,
                an_order_never_disagrees_with_its_items,
            }
            search {
                bounds_are_inclusive,
                statuses_combine_with_or_and_criteria_with_and,
                a_reference_matches_exactly,
                nobody_sees_the_orders_of_others,
                orders_of_several_owners_are_one_answer,
                a_large_answer_is_cut_after_the_earliest_updates,
                items_are_read_only_when_asked_for,
                orders_are_sorted_by_submission,
            }
            jobs {
                fast_track_comes_first_then_the_oldest,
                a_job_is_claimed_again_when_its_lease_ends,
                a_sign_of_life_that_comes_late_shortens_no_lease,
                only_the_holder_of_the_lease_decides_about_a_job,
                a_released_job_is_due_when_it_was_said,
                a_job_waits_until_it_is_told,
                queues_are_apart,
                only_the_wanted_parts_are_claimed,
                deliveries_are_apart_and_end_with_the_items_of_their_order,
                next_due_is_the_earliest_of_the_queue,
                there_is_one_job_for_each_part,
            }
            standing {
                appended_items_follow_those_that_are_there,
                what_is_appended_is_changed_in_the_same_commit,
                active_standing_items_are_found_by_topic,
                a_product_is_remembered_once_for_each_standing_item,
                a_job_is_hastened_if_it_waits,
                a_subscription_counts_as_one_open_item,
            }
            pauses {
                a_pause_comes_back_until_all_that_waited_is_due,
                a_job_is_parked_under_a_pause_that_is_in_force,
                parked_jobs_are_leafed_through_and_made_due,
            }
            transactions {
                an_instance_comes_back_as_it_was,
                an_instance_belongs_to_its_buyer_and_seller,
                a_change_on_an_old_revision_conflicts,
                instances_are_listed_oldest_first,
                open_and_final_instances_expire_apart,
                kinds_expire_apart,
                open_instances_of_a_kind_are_counted,
                a_seller_keeps_its_number,
            }
            transmissions {
                a_transmission_comes_back_as_it_was,
                one_of_many_takes_what_is_to_be_imported,
                lines_become_stock_of_the_latest,
                a_complete_transmission_ends_what_is_older,
                lines_become_sales_once,
                what_is_kept_is_read_page_by_page,
                what_was_transmitted_is_forgotten,
            }
            quotations {
                a_quotation_comes_back_as_it_was,
                one_of_many_takes_what_is_to_be_priced,
                what_is_priced_is_due_no_more,
                a_quotation_is_ordered_once,
                what_is_over_is_deleted,
                open_quotations_of_an_account_are_counted,
            }
            catalogues {
                a_catalogue_is_offered_all_at_once,
                articles_are_leafed_through_by_their_places,
                a_number_or_place_is_there_once,
                of_two_imports_at_once_the_later_switch_stays,
                stock_and_prices_change_in_what_is_offered,
                a_buyers_own_prices_come_before_those_of_his_group,
                a_buyer_has_numbers_of_his_own,
                what_a_new_catalogue_does_not_say_is_taken_over,
                what_is_not_wanted_goes_piece_by_piece,
                what_is_imported_can_still_be_put_right,
            }
            receipts {
                a_receipt_comes_back_as_it_was_and_is_its_buyers,
                a_content_is_replaced_by_whoever_knows_it,
                receipts_are_found_by_day_and_by_what_they_refer_to,
            }
            deliveries {
                what_a_delivery_needs_is_kept_until_the_order_is_over,
            }
            results {
                results_on_the_disk_are_listed_by_age,
            }
            slots {
                so_many_jobs_have_a_slot_and_whoever_leaves_makes_room,
                a_slot_lasts_as_long_as_its_lease,
                a_lost_lease_gets_no_slot,
                there_are_never_more,
            }
            messages {
                a_message_is_remembered_once,
                old_messages_are_forgotten,
                a_live_nonce_conflicts_and_an_expired_one_does_not,
            }
            notifications {
                a_wish_is_kept_and_never_changed,
                a_notification_comes_back_as_it_was,
                notifying_is_no_work_on_the_order,
                what_is_added_meanwhile_is_not_overlooked,
                attempts_are_recorded_on_what_waits,
                what_was_told_can_be_told_again,
                what_is_over_is_purged_by_age,
            }
            accounts {
                an_account_comes_back_as_it_was,
                a_name_is_taken_once_for_each_protocol_and_provider,
                password_and_standing_can_be_changed,
                roles_are_kept_and_set_anew,
                a_mail_address_comes_and_goes,
                a_language_is_set_by_itself,
                a_name_that_cannot_be_stored_is_nobodys,
                secrets_stay_out_of_debug_lines,
                accounts_of_one_group_are_peers,
            }
        }
    };
}
