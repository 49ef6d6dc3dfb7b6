"""Which scene shows which checklist item at which shot (far, near, meter, doc, video)."""

from collections.abc import Callable

from fieldapp.demo.scenes import cranes, fires, formworks, pits, places, readings, scaffolds
from fieldapp.demo.scenes.places import document
from fieldapp.demo.scenes.readings import instrument, measured
from fieldapp.demo.scenes.stage import Stage

Scene = Callable[[Stage], None]
_plan, _check, _accept = document("专项施工方案审批表"), document("检查记录表", table=True), document("验收记录表", table=True)
_review, _monitor = document("专家论证报告", stamp="专家组"), document("监测日报表", table=True, stamp="监测单位")
_test = document("检测报告", table=True, stamp="检测专用")
_near_laser = instrument("m", (8.2, 14.0), (1.4, 4.2))
_wind = instrument("m/s", (1.2, 6.8), (12.4, 17.0), digits=1, name="AN-3")
_rail = measured("concrete", (120, 128), (70, 96), wide=1.6)
_width = measured("gravel", (105, 118), (60, 84))

SHOTS: dict[str, dict[str, Scene]] = {
    "crane.tower.registration": {"near": cranes.registration, "far": cranes.far, "doc": _test},
    "crane.tower.operator_certificates": {"near": places.certificate, "doc": document("证书查询结果", table=True)},
    "crane.tower.load_limiters": {"near": cranes.load_limiter, "far": cranes.head},
    "crane.tower.travel_limits": {"near": cranes.limit_switch, "far": cranes.head},
    "crane.tower.protection_devices": {"far": cranes.head, "near": cranes.limit_switch},
    "crane.tower.hook_rope": {"near": cranes.hook},
    "crane.tower.multi_crane": {"far": cranes.pair, "meter": _near_laser, "doc": _plan},
    "crane.tower.power_line": {"far": cranes.power_line, "meter": _near_laser, "near": pits.notice},
    "crane.tower.attachment_verticality": {"far": cranes.far, "near": cranes.bolts, "meter": instrument("‰", (0.8, 2.9), (5.2, 7.6), digits=1, name="DT-2"), "doc": _test},
    "crane.tower.foundation": {"far": cranes.foundation, "near": cranes.foundation, "doc": _monitor},
    "crane.tower.structure_bolts": {"near": cranes.bolts, "far": cranes.far},
    "crane.tower.climbing_check": {"far": cranes.far, "doc": _check},
    "crane.hoist.registration": {"near": cranes.registration, "far": cranes.hoist_far, "doc": _accept},
    "crane.hoist.fall_arrester": {"near": cranes.fall_arrester, "doc": _test},
    "crane.hoist.limits_interlocks": {"near": cranes.limit_switch, "far": cranes.hoist_far},
    "crane.hoist.landing_gates": {"near": cranes.landing_gate, "far": cranes.hoist_far, "meter": measured("paint", (180, 190), (120, 150))},
    "crane.hoist.ties_verticality": {"far": cranes.hoist_far, "near": cranes.bolts, "doc": _test},
    "crane.material_hoist.safety_devices": {"near": cranes.limit_switch, "far": cranes.material_hoist},
    "crane.material_hoist.guys_ties": {"far": cranes.material_hoist, "near": cranes.bolts},
    "crane.material_hoist.no_passengers": {"near": cranes.material_hoist},
    "crane.lifting.plan": {"doc": _plan},
    "crane.lifting.ground_bearing": {"far": cranes.outrigger, "near": cranes.outrigger, "doc": _check},
    "crane.lifting.rigging": {"near": cranes.hook},
    "crane.lifting.wind_guard": {"far": places.cordon, "meter": _wind},
    "pit.plan_review": {"doc": _review},
    "pit.notice_board": {"near": pits.notice},
    "pit.neighbor_protection": {"far": pits.guardrail, "near": pits.monitor_point, "doc": _check},
    "pit.support": {"far": pits.far, "near": pits.support_near, "doc": _monitor},
    "pit.seepage": {"near": pits.support_near, "far": pits.far},
    "pit.over_excavation": {"far": pits.digging, "meter": _near_laser},
    "pit.edge_load": {"far": pits.edge_load, "meter": measured("gravel", (205, 240), (60, 120)), "near": pits.notice},
    "pit.edge_guardrail": {"far": pits.guardrail, "meter": _rail},
    "pit.access_ladder": {"far": pits.ladder, "meter": _width},
    "pit.dewatering_well_cover": {"near": pits.well_cover},
    "pit.drainage": {"far": pits.pump, "near": pits.pump},
    "pit.third_party_monitoring": {"near": pits.monitor_point, "doc": _monitor},
    "pit.monitoring_alarm": {"doc": _monitor},
    "pit.strut_removal": {"far": pits.digging, "doc": _test},
    "pit.machine_radius": {"far": pits.digging},
    "pit.confined_pile": {"near": instrument("%O₂", (20.1, 20.9), (15.2, 18.4), digits=1, name="GD-4"), "far": pits.well_cover},
    "pit.emergency": {"far": pits.store, "doc": document("应急预案", stamp="项目部")},
    "formwork.plan_review": {"doc": _review},
    "formwork.acceptance": {"near": pits.notice, "doc": _accept},
    "formwork.erector_certificates": {"near": places.certificate},
    "formwork.foundation": {"near": formworks.foot, "far": formworks.bottom_row, "doc": _check},
    "formwork.sweeping_bar": {"near": formworks.foot, "far": formworks.bottom_row},
    "formwork.grid_spacing": {"meter": readings.prop_spacing, "far": formworks.spacing, "doc": _plan},
    "formwork.bracing": {"far": formworks.far, "near": scaffolds.joint},
    "formwork.free_end_coupler": {"meter": formworks.head, "far": formworks.far},
    "formwork.free_end_disklock": {"meter": formworks.head},
    "formwork.aspect_ratio_tie": {"near": formworks.column_tie, "far": formworks.far},
    "formwork.load": {"far": formworks.top_load, "near": formworks.top_load, "doc": _plan},
    "formwork.pouring_sequence": {"far": formworks.top_load, "doc": document("混凝土浇筑令")},
    "formwork.monitoring": {"near": pits.monitor_point, "doc": _monitor},
    "formwork.member_connection": {"meter": readings.torque, "near": scaffolds.joint},
    "formwork.base_head_jack": {"near": formworks.head},
    "formwork.materials": {"meter": readings.caliper, "doc": _test},
    "formwork.striking_strength": {"doc": document("拆模令"), "far": places.cordon},
    "scaffold.plan_review": {"doc": _review},
    "scaffold.acceptance": {"near": pits.notice, "doc": _accept},
    "scaffold.foundation": {"far": scaffolds.feet, "meter": formworks.foot, "near": formworks.foot},
    "scaffold.wall_ties": {"far": scaffolds.ties_far, "near": scaffolds.tie_near, "doc": _plan},
    "scaffold.bracing": {"far": scaffolds.far, "near": scaffolds.joint},
    "scaffold.joints": {"near": scaffolds.joint, "meter": readings.torque},
    "scaffold.deck_guardrail": {"far": scaffolds.deck, "near": scaffolds.deck},
    "scaffold.interlayer_protection": {"near": scaffolds.gap_inside, "far": scaffolds.deck},
    "scaffold.load": {"far": scaffolds.load, "near": scaffolds.load},
    "scaffold.dismantling": {"far": places.cordon},
    "scaffold.disklock.structure": {"near": scaffolds.rosette, "meter": formworks.foot, "far": scaffolds.far},
    "scaffold.cantilever.beam": {"near": scaffolds.cantilever, "meter": scaffolds.cantilever, "far": scaffolds.far},
    "scaffold.cantilever.tie_rope": {"near": scaffolds.tie_rope, "far": scaffolds.far},
    "scaffold.attached.safety_devices": {"near": scaffolds.attached_near, "far": scaffolds.attached_far, "doc": _test},
    "scaffold.attached.geometry": {"far": scaffolds.attached_far, "meter": _near_laser},
    "scaffold.attached.supports": {"near": scaffolds.attached_near, "far": scaffolds.attached_far, "doc": _check},
    "scaffold.basket.safety_lock": {"near": scaffolds.basket_lock, "far": scaffolds.basket_far},
    "scaffold.basket.suspension": {"far": scaffolds.suspension, "near": scaffolds.suspension},
    "scaffold.basket.use": {"far": scaffolds.basket_far, "near": scaffolds.basket_lock},
    "scaffold.basket.ropes": {"near": scaffolds.tie_rope},
    "scaffold.unloading_platform": {"far": scaffolds.platform, "near": scaffolds.tie_rope, "doc": _accept},
    "fire.layout_distance": {"far": fires.huts, "meter": _near_laser},
    "fire.temporary_housing_spacing": {"far": fires.huts, "meter": _near_laser},
    "fire.fire_lane": {"far": fires.lane, "meter": instrument("m", (4.0, 5.6), (1.9, 3.2)), "near": fires.lane},
    "fire.rescue_area": {"far": fires.lane},
    "fire.dorm_office_construction": {"far": fires.huts, "near": fires.huts, "doc": _test},
    "fire.dorm_evacuation": {"far": fires.corridor, "meter": _width},
    "fire.hazard_rooms": {"far": fires.storage, "near": fires.switchboard},
    "fire.no_living_in_building": {"near": fires.bed},
    "fire.occupied_building_works": {"far": fires.corridor, "near": fires.bed},
    "fire.scaffold_net_material": {"near": scaffolds.net_tag, "far": scaffolds.far, "doc": _test},
    "fire.egress_building": {"far": fires.corridor, "near": fires.corridor},
    "fire.extinguishers": {"near": fires.gauge, "meter": fires.gauge, "far": fires.extinguishers},
    "fire.outdoor_water": {"near": fires.hydrant, "far": fires.hydrant, "meter": fires.gauge},
    "fire.indoor_water": {"near": fires.hydrant, "far": fires.hydrant},
    "fire.pump_power": {"near": fires.switchboard},
    "fire.combustible_storage": {"far": fires.storage, "near": fires.storage},
    "fire.hot_work_permit": {"near": document("动火作业许可证"), "far": fires.hot_work},
    "fire.hot_work_combustible": {"near": fires.hot_work, "far": fires.hot_work},
    "fire.gas_cylinders": {"near": fires.gas, "far": fires.gas, "meter": fires.gas},
    "fire.electric_fire": {"near": fires.switchboard},
    "fire.management": {"near": places.notice_board, "doc": _check},
    # named scenes
    "gate": {"far": places.gate},
    "accident_ladder": {"far": places.accident},
    "id_card_masked": {"near": places.identity},
    "statement_paper": {"doc": places.statement},
    "training_room": {"far": places.training},
    "drill": {"far": places.drill},
    "notice_board": {"far": places.notice_board},
    "cordon": {"far": places.cordon},
    "certificate": {"near": places.certificate},
    "rectification_notice": {"doc": document("隐患整改通知书", table=True, stamp="检查专用")},
    "signed_list": {"doc": document("现场检查确认单", table=True)},
    "roster": {"doc": document("参保人员实名制台账", table=True)},
    "medical_record": {"doc": document("门诊病历（已遮盖）")},
    "handover_receipt": {"doc": document("案卷移交回执", stamp="接收专用")},
}
_GROUPS: dict[str, str] = {
    "crane.tower": "crane.tower.registration", "crane.hoist": "crane.hoist.registration",
    "crane.material_hoist": "crane.material_hoist.guys_ties", "crane.lifting": "crane.lifting.ground_bearing",
    "crane": "crane.tower.registration", "pit": "pit.support", "formwork": "formwork.bracing",
    "scaffold": "scaffold.bracing", "fire": "fire.extinguishers",
}  # fmt: skip


def scene_for(subject: str, shot: str | None) -> Scene:
    """The scene of that item; an item not known yet is shown by its group. Raises ValueError outside all groups."""
    shots = SHOTS.get(subject) or SHOTS.get(_group(subject))
    if shots is None:
        raise ValueError(f"No scene shows {subject!r}.")
    if shot == "video" or shot not in shots:
        return next(iter(shots.values()))
    return shots[shot]


def _group(subject: str) -> str:
    parts = subject.split(".")
    for length in range(len(parts), 0, -1):
        if known := _GROUPS.get(".".join(parts[:length])):
            return known
    return ""
