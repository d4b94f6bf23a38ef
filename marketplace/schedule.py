"""Every periodic job, in one table: name -> (job, seconds between runs). The jobs themselves are in `<app>/jobs.py`.

Jobs named here are sweepers: they look for due rows and are safe to run twice or to miss a turn.
"""

from typing import Any


def _every(seconds: float, job: str) -> dict[str, Any]:
    return {"task": job, "schedule": seconds, "options": {"expires": max(seconds, 5)}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver recorded events that were not woken": _every(10, "core.deliver_due_events"),
    "forget old idempotency keys": _every(24 * 3600, "core.forget_idempotency_keys"),
    "sign a checkpoint of the audit log": _every(3600, "core.sign_audit_checkpoint"),
    "close exam attempts whose time is over": _every(10, "certification.close_overdue"),
    "open reviews of earnings and accept those that are due": _every(30, "pay.accept_due"),
    "pay out what is owed, on Mondays": _every(3600, "pay.run_weekly_payouts"),
    "recompute how exam questions did": _every(1800, "certification.compute_statistics"),
    "mark certificates whose end has come": _every(300, "certification.expire_certificates"),
    "lower skill scores that have been idle for months": _every(6 * 3600, "certification.decay_skills"),
    "end offers nobody answered": _every(2, "live.expire_offers"),
    "offer conversations that wait": _every(2, "live.assign_waiting"),
    "requeue what dropped agents were serving": _every(5, "live.requeue_dropped"),
    "warn of late replies, end what is over": _every(5, "live.tidy_conversations"),
    "delete files that were uploaded and never sent": _every(900, "live.sweep_attachments"),
    "delete files that no row names": _every(24 * 3600, "live.sweep_lost_files"),
    "return to the queue what reviewers hold too long": _every(60, "quality.release_forgotten_samples"),
    "call justified the escalations nobody judged in time": _every(600, "quality.settle_escalations"),
    "work out every agent's tier": _every(7 * 24 * 3600, "quality.recompute_tiers"),
    "open, start, end and settle tasks and claims": _every(15, "tasks.advance_due"),
}
